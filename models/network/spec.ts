/**
 * Networks as data.
 *
 * A {@linkcode ModelSpec} is the only description of a network: its counts (`count.ts`), its trainable TensorFlow.js
 * form (`build.ts`) and its receptive fields (`receptive_field.ts`) are all computed from it, so they can't disagree.
 *
 * @module
 */

/** Names of the functions without parameters; formulas in `activations.ts`. */
export type Activation =
  | "linear"
  | "relu"
  | "leaky_relu"
  | "elu"
  | "softplus"
  | "tanh"
  | "scaled_tanh"
  | "sigmoid";

/**
 * A layer's non-linearity: `hidden` and `output` are filled in by the recipe (ReLU or scaled tanh, logits or squashed
 * outputs), because the papers' networks and today's differ in nothing else; a name fixes it for every recipe.
 * `prelu` learns one slope per map or unit for negative values (He 2015, section 2.1), so only a network can name it.
 */
export type LayerActivation = "hidden" | "output" | "prelu" | Activation;

/**
 * Which input maps each output map reads: `table[o]` lists the input map indices of output map `o`.
 * LeNet-1's H3 reads 20 of 48 pairs (LeCun 1990, Table 1), LeNet-5's C3 60 of 96 (LeCun 1998, Table I).
 */
export type ConnectionTable = readonly (readonly number[])[];

/** Every input connected to every unit, one bias per unit. */
export interface DenseLayer {
  /** The kind of the layer. */
  readonly kind: "dense";
  /** Unique in the network; its parameters are named after it. */
  readonly name: string;
  /** Number of outputs. */
  readonly units: number;
  /** Applied to what the layer computes. */
  readonly activation: LayerActivation;
}

/** Cross-correlation with shared kernels; the bias is shared too, unless `bias` says otherwise. */
export interface ConvLayer {
  /** The kind of the layer. */
  readonly kind: "conv";
  /** Unique in the network; its parameters are named after it. */
  readonly name: string;
  /** Number of output maps. */
  readonly maps: number;
  /** Side of the square kernel, in pixels. */
  readonly kernel: number;
  /** Pixels from one window to the next, the same both ways. */
  readonly stride: number;
  /** Pixels added on every side. */
  readonly padding: number;
  /** Value of the added pixels; -1, the background, in LeCun 1989. Left out: 0. */
  readonly border?: number;
  /** Applied to what the layer computes. */
  readonly activation: LayerActivation;
  /** Left out: every output map reads every input map. */
  readonly connections?: ConnectionTable;
  /**
   * Input and output maps are cut into this many equal groups, and an output map reads those of its own group only
   * (Krizhevsky 2012, section 3.5: two, for two devices). Left out: one. Not together with `connections`.
   */
  readonly groups?: number;
  /**
   * `false`: no bias, because the batch norm that follows would undo it. `per_unit`: one per output unit, [height,
   * width, maps], while the kernels stay shared (LeCun 1989). Left out: one per map.
   */
  readonly bias?: false | "per_unit";
}

/**
 * Every output position with kernels that no other position shares, and one bias per output unit: a convolution
 * without weight sharing (LeCun 1989, Neural Computation 1, 541-551, compares the two).
 */
export interface LocalLayer {
  /** The kind of the layer. */
  readonly kind: "local";
  /** Unique in the network; its parameters are named after it. */
  readonly name: string;
  /** Number of output maps. */
  readonly maps: number;
  /** Side of the square kernel, in pixels. */
  readonly kernel: number;
  /** Pixels from one window to the next, the same both ways. */
  readonly stride: number;
  /** Zeros added on every side, in pixels. */
  readonly padding: number;
  /** Applied to what the layer computes. */
  readonly activation: LayerActivation;
}

/**
 * Parameter-free pooling over `size` x `size` windows; incomplete windows are dropped. `l2_pool` is the root
 * mean square (Sermanet 2012, Pattern Recognition (ICPR), 3288-3291, with equal weights).
 */
export interface PoolLayer {
  /** The kind of the layer. */
  readonly kind: "max_pool" | "average_pool" | "l2_pool";
  /** Unique in the network. */
  readonly name: string;
  /** Side of the square window, in pixels. */
  readonly size: number;
  /** Pixels from one window to the next, the same both ways. */
  readonly stride: number;
  /** Pixels added on every side, which are never the largest and not part of a mean. Left out: none. */
  readonly padding?: number;
}

/**
 * The trainable subsampling of the papers: sum of a non-overlapping window, times one coefficient per map, plus one
 * bias per map, through the squashing function (LeCun 1998, section II.B).
 */
export interface SubsampleLayer {
  /** The kind of the layer. */
  readonly kind: "subsample";
  /** Unique in the network; its parameters are named after it. */
  readonly name: string;
  /** Side of the square window, in pixels. */
  readonly size: number;
  /** Applied to what the layer computes. */
  readonly activation: LayerActivation;
  /**
   * Number of output maps for each input map: the input maps once, then again, each time with coefficients of their
   * own (LeNet-4, LeCun 1998, section III.C.8). Left out: one.
   */
  readonly copies?: number;
}

/**
 * Each map to mean 0 and variance 1 over the batch and all positions, times a trained scale, plus a trained shift,
 * then the activation (Ioffe and Szegedy 2015, algorithm 1). Outside training, running means of both statistics.
 */
export interface BatchNormLayer {
  /** The kind of the layer. */
  readonly kind: "batch_norm";
  /** Unique in the network; its parameters are named after it. */
  readonly name: string;
  /** Applied to what the layer computes. */
  readonly activation: LayerActivation;
}

/**
 * In training, sets each value to 0 with probability `rate` and divides the others by `1 - rate`; else the identity
 * (Srivastava 2014, J. Mach. Learn. Res. 15, 1929-1958, section 10: the inverted form).
 */
export interface DropoutLayer {
  /** The kind of the layer. */
  readonly kind: "dropout";
  /** Unique in the network. */
  readonly name: string;
  /** From 0 to less than 1. */
  readonly rate: number;
}

/**
 * Each value divided by a power of the values of neighbouring maps at its place, `x / (k + alpha sum x_j^2)^beta` over
 * the `size` maps around its own (Krizhevsky 2012, section 3.3).
 */
export interface ResponseNormLayer {
  /** The kind of the layer. */
  readonly kind: "response_norm";
  /** Unique in the network. */
  readonly name: string;
  /** Number of maps in the sum; odd. */
  readonly size: number;
  /** The constant of the denominator. */
  readonly k: number;
  /** Factor of the sum of squares. */
  readonly alpha: number;
  /** Exponent of the denominator. */
  readonly beta: number;
}

/**
 * Chains of layers that all read the same input, and whose outputs are concatenated as maps (an inception
 * module, Szegedy 2014, figure 2) or are added up (a residual block, He 2015, figure 2); then the activation. An empty
 * chain is the identity.
 */
export interface BranchesLayer {
  /** The kind of the layer. */
  readonly kind: "branches";
  /** Unique in the network. */
  readonly name: string;
  /** The layers of each branch, all reading the same input; an empty branch passes it on. */
  readonly branches: readonly (readonly LayerSpec[])[];
  /** `concatenate` puts the branches' maps one after another, `add` sums them. */
  readonly join: "concatenate" | "add";
  /** Applied to what the layer computes. */
  readonly activation: LayerActivation;
}

/** Maps to a vector, in the order row, column, map. */
export interface FlattenLayer {
  /** The kind of the layer. */
  readonly kind: "flatten";
  /** Unique in the network. */
  readonly name: string;
}

/**
 * Euclidean radial basis outputs with fixed centres of +-1: *minus* the squared distances `sum_j (x_j - w_ij)^2` of
 * LeCun 1998, eq. 7, so that the largest output wins, as everywhere. No free parameters.
 */
export interface RbfLayer {
  /** The kind of the layer. */
  readonly kind: "rbf";
  /** Unique in the network. */
  readonly name: string;
  /** The centres, one per output, with one value per input. */
  readonly codes: readonly (readonly (1 | -1)[])[];
}

/** One layer of a network. */
export type LayerSpec =
  | DenseLayer
  | ConvLayer
  | LocalLayer
  | PoolLayer
  | SubsampleLayer
  | BatchNormLayer
  | DropoutLayer
  | ResponseNormLayer
  | BranchesLayer
  | FlattenLayer
  | RbfLayer;

/** Height, width and number of maps; a vector of `n` is `[1, 1, n]`. */
export type Shape = readonly [height: number, width: number, maps: number];

/**
 * How an image becomes the network's input: `as_is` unchanged; `pad_to_32` two background pixels on each side (LeCun
 * 1998, section II.B); `shrink_to_16` scaled by 16/20 about the centre, the digit then at most 16x16 in a 28x28 field
 * (LeNet-1, section III.C.7); `centre_in_28` a 16x16 digit of USPS in such a field (LeCun 1990, section 4);
 * `shrink_and_crop_to_16` a digit of MNIST in a field of 16x16, as those of USPS; `deslant_to_20` sheared until it is
 * upright, then the central 20x20 field (LeCun 1998, section III.A).
 */
export type InputFit =
  | "as_is"
  | "pad_to_32"
  | "shrink_to_16"
  | "centre_in_28"
  | "shrink_and_crop_to_16"
  | "deslant_to_20";

/** What a network's layers must add up to. */
export interface ExpectedCounts {
  /** Free parameters: weights and biases that training changes. */
  readonly parameters: number;
  /** Weight uses in one forward pass, biases included. */
  readonly connections?: number;
  /** Multiply-accumulates in one forward pass. */
  readonly macs?: number;
  /**
   * The paper that prints these numbers, or how they were added up without this program; and which rounded figures in
   * print agree.
   */
  readonly source: string;
}

/** One network: its input and its layers, from the input on. */
export interface ModelSpec {
  /** Stable identifier, used in CSV rows: lower case, digits, `-`, `_`. */
  readonly id: string;
  /** As a table prints it. */
  readonly title: string;
  /** Shape of the first layer's input. */
  readonly input: Shape;
  /** How an image of the data set becomes that input. */
  readonly fit: InputFit;
  /** The layers, from the input to the classes. */
  readonly layers: readonly LayerSpec[];
  /** The paper, and the part of it, that defines the network. */
  readonly source: string;
  /** Left out by networks that no list contains, see {@linkcode ListedModel}. */
  readonly expected?: ExpectedCounts;
}

/** A network of the project's lists: a test compares what it counts with what is expected. */
export type ListedModel = ModelSpec & Required<Pick<ModelSpec, "expected">>;
