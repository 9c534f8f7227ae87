import assert from "node:assert/strict";
import { driverIn } from "./driver.ts";

Deno.test("driverIn() finds the version of Mesa's package", () => {
  const other = "Package: mesa-vulkan-drivers-extra\nVersion: 1\n\n";
  const packages = `${other}Package: mesa-vulkan-drivers\nStatus: install ok installed\nVersion: 25.0.7-2+deb13u1\n`;
  assert.equal(driverIn(packages), "mesa-vulkan-drivers 25.0.7-2+deb13u1");
  assert.equal(driverIn(other), "");
});
