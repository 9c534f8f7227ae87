import assert from "node:assert/strict";
import { driverIn, driverOf } from "./driver.ts";

Deno.test("driverIn() finds the version of Mesa's package", () => {
  const other = "Package: mesa-vulkan-drivers-extra\nVersion: 1\n\n";
  const packages = `${other}Package: mesa-vulkan-drivers\nStatus: install ok installed\nVersion: 25.0.7-2+deb13u1\n`;
  assert.equal(driverIn(packages), "mesa-vulkan-drivers 25.0.7-2+deb13u1");
  assert.equal(driverIn(other), "");
});

Deno.test("driverOf() names Mesa's package of Vulkan drivers for its software adapter only", () => {
  const driver = (adapter: string, api: "Vulkan" | "OpenGL") => driverOf({ adapter, api }, "mesa 22");
  assert.equal(driver("llvmpipe (LLVM 15.0.6, 256 bits)", "Vulkan"), "mesa 22");
  assert.equal(driver("llvmpipe (LLVM 15.0.6, 256 bits)", "OpenGL"), "");
  assert.equal(driver("NVIDIA H100", "Vulkan"), "");
  assert.equal(driver("SwiftShader Device", "Vulkan"), "");
});
