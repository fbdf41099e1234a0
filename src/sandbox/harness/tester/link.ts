/** The tester, first part: how it asks the program, and what it makes of the answers. */
export const LINK: string = String.raw`    def sent_first(v, t):
        if isinstance(v, RemoteObject): return {"o": object.__getattribute__(v, "_handle")}
        if isinstance(v, type) and getattr(v, "_kind", None) is not None: return {"k": {"id": v._kind}}
        if isinstance(v, BaseException) and v.__dict__.get("_handle") is not None: return {"o": v._handle}
        if isinstance(v, RemoteFunction): return {"g": v._name}
    def sent_last(v, t):
        # The class of a named tuple: of the program, or of the test.
        if isinstance(v, type) and hasattr(v, "_fields"): return {"id": v._of_kind} if hasattr(v, "_of_kind") else {"name": v.__name__}
        if callable(v):
            functions[id(v)] = v
            return {"h": id(v)}
        if hasattr(v, "tolist"): return encode(v.tolist())
        raise Unsendable("a value that cannot be sent: " + t.__name__)
    def received(tag, x):
        if tag == "o": return remote_kind(x["k"])._of(x["o"])
        if tag == "k": return remote_kind(x)
        if tag == "p": return named_kind(x[0]["k"], tuple(x[1]))
        if tag == "h": return functions[x]
        raise ValueError("unknown value")
    encode, decode = codec(sent_first, sent_last, received, 900)
    def raise_remote(e, ends=False):
        known = [n for n in e["bases"] if isinstance(getattr(builtins, n, None), type) and issubclass(getattr(builtins, n), BaseException)]
        if e["id"] in kinds and issubclass(kinds[e["id"]], BaseException):
            kind = kinds[e["id"]]
        elif known and known[0] == e["type"]:
            kind = getattr(builtins, known[0])
        else:
            kind = remote_error(e["id"], e["type"], e["bases"], e.get("parents", []))
        if issubclass(kind, (SystemExit, KeyboardInterrupt, GeneratorExit)):
            kind = RemoteError
        # Whatever calls a function for each of many cases takes this for the end of the cases.
        if issubclass(kind, (StopIteration, StopAsyncIteration)) and not ends:
            kind = RemoteError
        try:
            error = kind(*[decode(x) for x in e["args"]])
        except Exception:
            error = RemoteError(e["type"] + ": " + e["text"])
        error.__dict__.update(_remote=True, _handle=e.get("o"), _text=e["text"])
        raise error
    def remote_error(key, name, bases, parents):
        if key not in kinds:
            base = next((getattr(builtins, n) for n in bases if isinstance(getattr(builtins, n, None), type) and issubclass(getattr(builtins, n), Exception)), Exception)
            kinds[key] = derived(type, name, [remote_kind(k) for k in parents], base, {"_kind": key, "__getattr__": of_error, "__str__": text_of})
        return kinds[key]
    # A class under its parents, as in the program, so that isinstance, issubclass and except say what they say there.
    def derived(made, name, parents, base, space):
        bases = [k for k in dict.fromkeys(parents) if issubclass(k, Exception) == issubclass(base, Exception)]
        if not any(issubclass(k, base) for k in bases):
            bases.append(base)
        try:
            return made(name, tuple(bases), dict(space))
        except TypeError:
            return made(name, (base,), dict(space))
    def of_error(self, name):
        handle = self.__dict__.get("_handle")
        if handle is None or name.startswith("__"):
            raise AttributeError(name)
        return get({"o": handle, "n": name})
    def text_of(self):
        return self.__dict__["_text"] if "_text" in self.__dict__ else Exception.__str__(self)
    def ask(message):
        nonlocal contacts
        contacts += 1
        send({"u": message})
        while True:
            line = head.readline()
            if not line:
                os._exit(0)
            m = json.loads(line)
            if "dead" in m:
                raise Dead(m["dead"])
            if "cb" in m:
                try:
                    f = functions[m["cb"]]
                    reply = {"r": encode(f(*[decode(x) for x in m["a"]], **{k: decode(x) for k, x in m["n"].items()}))}
                except Exception as error:
                    reply = {"e": {"text": type(error).__name__ + ": " + str(error)[:300]}}
                send({"u": reply})
                continue
            return m
    def update(old, new):
        if type(old) is list and type(new) is list:
            old[:] = new
        elif isinstance(old, dict) and isinstance(new, dict):
            old.clear(); old.update(new)
        elif type(old) is set and type(new) is set:
            old.clear(); old.update(new)
    def request(f, args, named):
        try:
            return {"op": "call", "f": f, "a": [encode(x) for x in args], "n": {k: encode(x) for k, x in named.items()}}
        except Unsendable as error:
            # To what the program names, the tests give arguments of their own; what is asked of its objects depends on what it returned.
            raise BadTest("the test passes " + str(error)) if "g" in f else error
    def call(f, args, named):
        m = ask(request(f, args, named))
        if "e" in m:
            raise_remote(m["e"], f.get("n") == "__next__")
        if "a" in m:
            for old, new in zip(args, m["a"]):
                update(old, decode(new))
        return decode(m["r"])
    def get(f):
        m = ask({"op": "get", "f": f})
        if "e" in m:
            raise_remote(m["e"])
        return decode(m["r"])
`;
