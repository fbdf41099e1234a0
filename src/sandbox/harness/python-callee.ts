import { PYTHON_VALUES } from "./python-values.ts";

/**
 * The side of a call that nobody trusts: Python that holds the program and answers calls with data. It knows no expected value
 * and no verdict, so there is nothing in it to forge: whatever it sends is compared elsewhere. The number of the run only keeps
 * lines of ours apart from anything else that is written to the same pipe.
 */
export const PYTHON_CALLEE: string = String.raw`
import sys, os
def serve():
    import builtins, types, json, _sitebuiltins
    head = os.fdopen(os.dup(0), "rb", 1 << 16)
    send_fd = os.dup(1)
    os.close(0); os.open("/dev/null", os.O_RDONLY)
    os.dup2(2, 1)
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D")
    builtins.help = _sitebuiltins._Helper()
    # Outputs of a reference may have more digits than Python by itself writes.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    first = json.loads(head.readline())
    mark = first["mark"].encode()
    dumps, loads, write = json.dumps, json.loads, os.write
    objects, classes = {}, {}
    def send(message):
        data = mark + dumps(message).encode() + b"\n"
        while data:
            data = data[write(send_fd, data):]
    def hold(value):
        key = id(value)
        objects[key] = value
        return key
    def base_names(kind):
        return [k.__name__ for k in kind.__mro__ if k.__module__ == "builtins"]
    def sent_first(v, t):
        if isinstance(v, RemoteFunction): return {"h": v.handle}
    def sent_last(v, t):
        if isinstance(v, type): return {"k": describe(v)}
        return {"o": hold(v), "k": describe(t)}
    def received(tag, x):
        if tag == "o": return objects[x["o"]]
        if tag == "k": return classes[x["id"]]
        if tag == "p": return classes[x[0]["id"]] if "id" in x[0] else named_kind(x[0]["name"], tuple(x[1]))
        if tag == "g": return target({"g": x})
        if tag == "h": return RemoteFunction(x)
        raise ValueError("unknown value")
    named = {}
    def named_kind(name, fields):
        import collections
        return named.setdefault((name, fields), collections.namedtuple(name, fields))
${PYTHON_VALUES}    encode, decode = codec(sent_first, sent_last, received, 400)
    def describe(kind, depth=0):
        key = id(kind)
        classes[key] = kind
        parents = [describe(k, depth + 1) for k in kind.__bases__ if k.__module__ != "builtins"] if depth < 20 else []
        return {"id": key, "name": kind.__name__, "bases": base_names(kind), "parents": parents}
    class RemoteFunction:
        def __init__(self, handle):
            self.handle = handle
        def __call__(self, *args, **named):
            send({"cb": self.handle, "a": [encode(x) for x in args], "n": {k: encode(x) for k, x in named.items()}})
            return loop()
    def failure(error):
        return {"e": {**describe(type(error)), "type": type(error).__name__, "o": hold(error), "text": str(error)[:500], "args": safe(error.args)}}
    def safe(args):
        try:
            return [encode(x) for x in args]
        except BaseException:
            return []
    module = types.ModuleType(first["module"])
    module.__file__ = "/box/main.py"
    module.__builtins__ = builtins
    sys.modules[first["module"]] = module
    sys.argv = ["main.py"]
    sys.path[:0] = ["/box"]
    sys.path.append("/usr/lib/python3/dist-packages")
    sys.setrecursionlimit(10000)
    space = module.__dict__
    # What stands there before the program does is not the program's answer to a call.
    given = {}
    def target(f):
        if "g" in f:
            name = f["g"]
            if name in space and not (name in given and space[name] is given[name]):
                return space[name]
            if "Solution" in space and hasattr(space["Solution"], name):
                return getattr(space["Solution"](), name)
            raise NameError("the program has no " + name)
        owner = objects[f["o"]] if "o" in f else decode(f["v"]) if "v" in f else classes[f["k"]]
        return getattr(owner, f["n"])
    def answer(m):
        op = m["op"]
        if op == "call":
            f = target(m["f"])
            args = [decode(x) for x in m["a"]]
            value = f(*args, **{k: decode(x) for k, x in m["n"].items()})
            if m.get("drain") and hasattr(value, "__next__"):
                value = list(value)
            reply = {"r": encode(value)}
            after = safe(args) if args else m["a"]
            if after != m["a"]:
                reply["a"] = after
            return reply
        if op == "get":
            return {"r": encode(target(m["f"]))}
        if op == "set":
            setattr(objects[m["o"]], m["n"], decode(m["v"]))
            return {"r": None}
        if op == "kind":
            name = m["n"]
            if name not in space:
                return {"r": "missing"}
            value = space[name]
            return {"r": {"k": describe(value)}} if isinstance(value, type) else {"r": "function"} if callable(value) else {"r": "module" if isinstance(value, types.ModuleType) else "value"}
        if op == "await":
            import asyncio
            async def awaited():
                return await objects[m["o"]]
            return {"r": encode(asyncio.run(awaited()))}
        raise ValueError("unknown request")
    def loop():
        while True:
            line = head.readline()
            if not line:
                os._exit(0)
            m = loads(line)
            if "op" not in m:
                if "e" in m:
                    raise RuntimeError(m["e"]["text"])
                return decode(m["r"])
            try:
                reply = answer(m)
            except SystemExit as error:
                reply = failure(error)
            except MemoryError as error:
                reply = failure(error)
            except BaseException as error:
                reply = failure(error)
            send(reply)
    def start():
        try:
            exec(compile(first["prelude"], "prelude.py", "exec"), space)
            given.update(space)
            exec(compile(first["source"], "main.py", "exec"), space)
        except SystemExit:
            pass
        except BaseException as error:
            import traceback
            traceback.print_exc()
            send(failure(error))
            return
        send({"r": "ready"})
    start()
    loop()
serve()
`;
