/** Credit: rewards to returns and advantages. One export line a method; this file is the room's registry. */
export { groupRelative, type GroupRelativeOptions } from "./group-relative.ts";
