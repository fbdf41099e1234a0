/** `GET /v1/models`, which clients of OpenAI's API ask for a name to send back. */
import { z } from "zod";
import { staticRoute, type StaticRoute } from "../../contract.ts";

/** The name in answers to clients that give none. */
export const MODEL = "guerdon";

interface Models {
  readonly object: "list";
  readonly data: readonly { readonly id: string; readonly object: "model"; readonly created: number; readonly owned_by: string }[];
}

export const modelsRoute: StaticRoute<unknown, Models> = staticRoute({
  method: "GET",
  path: "/v1/models",
  summary: "One model, whose name picks nothing (OpenAI's API)",
  // The same of whichever contract it is asked.
  accepts: () => false,
  request: null,
  response: z.object({ object: z.literal("list"), data: z.array(z.object({ id: z.string(), object: z.literal("model"), created: z.int(), owned_by: z.string() })) }),
  answer: () => ({ object: "list", data: [{ id: MODEL, object: "model", created: 0, owned_by: "guerdon" }] }),
});
