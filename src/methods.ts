/** Methods by id: the room an id's first part names is loaded, and its records are looped over. There is no second list. */
import type { Method } from "./core/method.ts";
import type { MethodResolver } from "./pipeline/types.ts";

const ROOMS: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {
  verify: () => import("./verify/index.ts"),
  shaping: () => import("./shaping/index.ts"),
  credit: () => import("./credit/index.ts"),
};

/** URL of this module: worker threads import it to find methods themselves. */
export const methodsUrl: string = import.meta.url;

/** Finds a method by id. @example (await resolveMethod("credit/group-relative"))?.record.aliases // => ["grpo"] */
export const resolveMethod: MethodResolver = /* @__PURE__ */ Object.assign(
  async (id: string): Promise<Method | undefined> => {
    const room = id.slice(0, id.indexOf("/"));
    if (!Object.hasOwn(ROOMS, room)) return undefined;
    return methodsOf(await ROOMS[room]!()).find((method) => method.record.id === id);
  },
  {
    async known(): Promise<readonly string[]> {
      const rooms = await Promise.all(Object.values(ROOMS).map((load) => load()));
      return rooms.flatMap(methodsOf).map((method) => method.record.id);
    },
  },
);

function methodsOf(room: Readonly<Record<string, unknown>>): Method[] {
  return Object.values(room).filter((value): value is Method => typeof value === "function" && "record" in value);
}
