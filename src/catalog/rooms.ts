/** Methods by room: an id's first part names the room, and only that room is loaded; all of them only to list. */
import { nearest, UnknownMethodError } from "../core/errors.ts";
import type { Method } from "../core/method.ts";

/** The rooms that hold methods. */
export type MethodRoom = "verify" | "shaping" | "credit" | "objective" | "evaluate" | "curate";

/** Their registries. */
const rooms: Readonly<Record<MethodRoom, () => Promise<object>>> = {
  verify: () => import("../verify/index.ts"),
  shaping: () => import("../shaping/index.ts"),
  credit: () => import("../credit/index.ts"),
  objective: () => import("../objective/index.ts"),
  evaluate: () => import("../evaluate/index.ts"),
  curate: () => import("../curate/index.ts"),
};

export const METHOD_ROOMS: readonly MethodRoom[] = Object.keys(rooms) as MethodRoom[];

/** The methods a room exports, in the order of its registry. */
export async function loadRoom(name: MethodRoom): Promise<Method[]> {
  const exported: Readonly<Record<string, unknown>> = { ...(await rooms[name]()) };
  return Object.values(exported).filter(isMethod).sort((a, b) => (a.record.id < b.record.id ? -1 : 1));
}

/** Every method of every room. */
export async function listMethods(): Promise<Method[]> {
  return (await Promise.all(METHOD_ROOMS.map(loadRoom))).flat();
}

/**
 * The method of an id (`credit/group-relative`), or of an alias or bare name (`grpo`, `group-relative`).
 * @throws UnknownMethodError with the nearest name
 */
export async function findMethod(idOrAlias: string): Promise<Method> {
  const room = idOrAlias.slice(0, Math.max(0, idOrAlias.indexOf("/")));
  const near = isRoom(room) ? await loadRoom(room) : await listMethods();
  const found = near.find(({ record }) => record.id === idOrAlias || record.aliases.includes(idOrAlias) || record.id.endsWith(`/${idOrAlias}`));
  if (found !== undefined) return found;
  const names = (isRoom(room) ? await listMethods() : near).flatMap(({ record }) => [record.id, ...record.aliases]);
  const suggestion = nearest(idOrAlias, names) ?? names.find((name) => name.startsWith(idOrAlias));
  throw new UnknownMethodError(`catalog: method ${JSON.stringify(idOrAlias)} must be one of ${names.length} ids and aliases${suggestion === undefined ? "" : `; did you mean ${JSON.stringify(suggestion)}?`}`, {
    id: idOrAlias,
    ...(suggestion === undefined ? {} : { nearest: suggestion }),
  });
}

function isRoom(name: string): name is MethodRoom {
  return Object.hasOwn(rooms, name);
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function" && "record" in value && typeof value.record === "object" && value.record !== null && "id" in value.record;
}
