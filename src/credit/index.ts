/** Credit: rewards to returns and advantages. One export line a method; this file is the room's registry. */
export { groupRelative, type GroupRelativeOptions } from "./group-relative.ts";
export { leaveOneOut, type LeaveOneOutOptions } from "./leave-one-out.ts";
export { prefixTree, type PrefixTreeOptions } from "./prefix-tree.ts";

export { overScored } from "./over-scored.ts";
