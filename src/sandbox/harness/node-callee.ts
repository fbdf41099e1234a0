/** The side of a call that nobody trusts, in Node: it holds the program and answers calls with data, one line each. */

/** Text of the program that waits for calls; `PRELUDE` and the program stand before it in one file. */
export const NODE_CALLEE: string = `
;(() => {
  const fs = process.getBuiltinModule("node:fs");
  const read = fs.readSync, write = fs.writeSync, from = Buffer.from, concat = Buffer.concat, alloc = Buffer.alloc;
  let rest = alloc(0), mark = "";
  const line = () => {
    for (;;) {
      const at = rest.indexOf(10);
      if (at >= 0) { const text = rest.toString("utf8", 0, at); rest = rest.subarray(at + 1); return text; }
      const chunk = alloc(65536);
      let n;
      try { n = read(0, chunk); } catch (error) { if (error.code === "EAGAIN") continue; throw error; }
      if (n === 0) process.exit(0);
      rest = concat([rest, chunk.subarray(0, n)]);
    }
  };
  const send = (text) => { let data = from(mark + text + "\\n"); while (data.length > 0) { try { data = data.subarray(write(1, data)); } catch (error) { if (error.code !== "EAGAIN") throw error; } } };
  const first = JSON.parse(line());
  mark = first.mark;
  const fail = (e) => send(JSON.stringify({ e: { type: String(e && e.name || "Error"), text: String(e && e.message || e).slice(0, 300) } }));
  console.log = console.info = console.debug = console.error;
  const { runInThisContext } = process.getBuiltinModule("node:vm");
  // As scripts, whose constants and classes other scripts see.
  try { runInThisContext(first.prelude); runInThisContext(first.typed ? process.getBuiltinModule("node:module").stripTypeScriptTypes(first.source) : first.source, "main.js"); } catch (e) { fail(e); return; }
  send('{"r":"ready"}');
  for (;;) {
    const { code } = JSON.parse(line());
    try { const [r, a] = JSON.parse(runInThisContext(code)); send(JSON.stringify(a === null ? { r } : { r, a })); } catch (e) { fail(e); }
  }
})();
`;

