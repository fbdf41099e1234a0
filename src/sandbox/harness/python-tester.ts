/**
 * The side of a test that is trusted: Python that runs the test code and nothing of the program. What the test code calls of the
 * program goes out as a request, and comes back as plain data; so an assertion compares here, with comparisons the program cannot
 * reach. Objects of the program are shown as proxies that never equal data. The run's number goes to this side alone.
 */
export const PYTHON_TESTER: string = String.raw`
import sys, os
def serve():
    import builtins, types, json, _sitebuiltins
    head = os.fdopen(os.dup(0), "rb", 1 << 16)
    send_fd = os.dup(1)
    os.close(0); os.open("/dev/null", os.O_RDONLY)
    os.dup2(2, 1)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    first = json.loads(head.readline())
    mark = first["mark"].encode()
    contacts = 0
    def send(message):
        data = mark + json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(send_fd, data):]
    class Dead(BaseException):
        pass
    class RemoteError(Exception):
        pass
    class Unsendable(TypeError):
        pass
    class BadTest(TypeError):
        pass
    functions, kinds, proxies = {}, {}, {}
    # While the tests are loaded, what is not here is not here for any program.
    loading = True
    def encode(v):
        if v is None or v is True or v is False:
            return v
        t = type(v)
        if t is int: return v if -9007199254740991 <= v <= 9007199254740991 else {"i": hex(v)}
        if t is str: return v
        if t is float: return {"f": repr(v)}
        if t is list: return [encode(x) for x in v]
        if t is tuple: return {"t": [encode(x) for x in v]}
        if t is dict: return {"d": [[encode(k), encode(x)] for k, x in v.items()]}
        if t is set: return {"s": [encode(x) for x in v]}
        if t is frozenset: return {"z": [encode(x) for x in v]}
        if t is bytes or t is bytearray: return {"b": bytes(v).hex()}
        if t is complex: return {"c": [repr(v.real), repr(v.imag)]}
        if t is range: return {"r": [v.start, v.stop, v.step]}
        if isinstance(v, RemoteObject): return {"o": object.__getattribute__(v, "_handle")}
        if isinstance(v, type) and getattr(v, "_kind", None) is not None: return {"k": {"id": v._kind}}
        if isinstance(v, BaseException) and v.__dict__.get("_handle") is not None: return {"o": v._handle}
        if isinstance(v, RemoteFunction): return {"g": v._name}
        if t.__module__ == "collections" and t.__name__ == "deque": return {"q": [encode(x) for x in v]}
        if t.__module__ in ("decimal", "fractions"): return {"n": [t.__name__, str(v)]}
        if t.__module__ == "datetime" and t.__name__ in ("date", "datetime", "time"): return {"n": [t.__name__, v.isoformat()]}
        if t.__module__ == "datetime" and t.__name__ == "timedelta": return {"n": [t.__name__, "%d %d %d" % (v.days, v.seconds, v.microseconds)]}
        if isinstance(v, dict): return {"d": [[encode(k), encode(x)] for k, x in v.items()]}
        if isinstance(v, list): return [encode(x) for x in v]
        if isinstance(v, tuple): return {"t": [encode(x) for x in v]}
        if isinstance(v, (int, float, str)): return encode(t.__mro__[-2](v))
        if callable(v):
            functions[id(v)] = v
            return {"h": id(v)}
        if hasattr(v, "tolist"): return encode(v.tolist())
        raise Unsendable("a value that cannot be sent: " + t.__name__)
    def decode(v):
        t = type(v)
        if t is list: return [decode(x) for x in v]
        if t is not dict: return v
        if "o" in v: return remote_kind(v["k"])._of(v["o"])
        (tag, x), = v.items()
        if tag == "i": return int(x, 16)
        if tag == "f": return float(x)
        if tag == "t": return tuple(decode(y) for y in x)
        if tag == "d": return {decode(k): decode(y) for k, y in x}
        if tag == "s": return {decode(y) for y in x}
        if tag == "z": return frozenset(decode(y) for y in x)
        if tag == "b": return bytes.fromhex(x)
        if tag == "c": return complex(float(x[0]), float(x[1]))
        if tag == "r": return range(*x)
        if tag == "q":
            import collections
            return collections.deque(decode(y) for y in x)
        if tag == "n":
            import datetime, decimal, fractions
            if x[0] == "timedelta": return datetime.timedelta(*map(int, x[1].split()))
            return {"Decimal": decimal.Decimal, "Fraction": fractions.Fraction, "date": datetime.date.fromisoformat, "datetime": datetime.datetime.fromisoformat, "time": datetime.time.fromisoformat}[x[0]](x[1])
        if tag == "k": return remote_kind(x)
        if tag == "h": return functions[x]
        raise ValueError("unknown value")
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
        elif type(old) is dict and type(new) is dict:
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
    class RemoteFunction:
        def __init__(self, name):
            self._name = name
            self.__name__ = name
        def __call__(self, *args, **named):
            return call({"g": self._name}, args, named)
    class Kind(type):
        # What a class of the program has for all its objects: constants, members, methods of the class.
        def __getattr__(cls, name):
            if name.startswith("__") or cls._kind is None:
                raise AttributeError(name)
            return attribute({"k": cls._kind, "n": name})
        def __iter__(cls):
            return iter(attribute({"k": cls._kind, "n": "__iter__"})())
        def __len__(cls):
            return attribute({"k": cls._kind, "n": "__len__"})()
        def __getitem__(cls, name):
            return attribute({"k": cls._kind, "n": "__getitem__"})(name)
        def __bool__(cls):
            return True
    def attribute(f):
        value = get(f)
        return (lambda *args, **named: call(f, args, named)) if isinstance(value, RemoteObject) and value._callable() else value
    class RemoteObject(metaclass=Kind):
        _kind = None
        def __init_subclass__(cls, **named):
            super().__init_subclass__()
        def __new__(cls, *args, **named):
            m = ask(request({"g": cls._global} if cls._global else {"k": cls._kind, "n": "__call__"}, args, named))
            if "e" in m:
                raise_remote(m["e"])
            return decode(m["r"])
        @classmethod
        def _of(cls, handle):
            if handle not in proxies:
                proxies[handle] = object.__new__(cls)
                object.__setattr__(proxies[handle], "_handle", handle)
            return proxies[handle]
        def __getattr__(self, name):
            if name.startswith("__") and name.endswith("__"):
                raise AttributeError(name)
            return attribute({"o": object.__getattribute__(self, "_handle"), "n": name})
        def _callable(self):
            return type(self).__name__ in ("method", "function", "builtin_function_or_method", "partial")
        def __setattr__(self, name, value):
            m = ask({"op": "set", "o": object.__getattribute__(self, "_handle"), "n": name, "v": encode(value)})
            if "e" in m:
                raise_remote(m["e"])
        def __await__(self):
            m = ask({"op": "await", "o": object.__getattribute__(self, "_handle")})
            if "e" in m:
                raise_remote(m["e"])
            return decode(m["r"])
            yield
        # Data is never equal to an object of the program, whatever that object would say.
        def __eq__(self, other):
            if not isinstance(other, RemoteObject):
                return NotImplemented
            return object.__getattribute__(self, "_handle") == object.__getattribute__(other, "_handle") or call({"o": object.__getattribute__(self, "_handle"), "n": "__eq__"}, [other], {}) is True
        def __ne__(self, other):
            return not self == other
        def __hash__(self):
            return self._special("__hash__")
        def __bool__(self):
            try:
                return bool(self._special("__bool__"))
            except Exception:
                try:
                    return self._special("__len__") != 0
                except Exception:
                    return True
        def _special(self, name, *args):
            try:
                return call({"o": object.__getattribute__(self, "_handle"), "n": name}, args, {})
            except AttributeError as error:
                raise TypeError("an object of the program has no " + name) from error
    def special(name):
        return lambda self, *args: self._special(name, *args)
    # What stands on the other side of an operator may be the expected value: it stays here, and only objects of the program are handed over.
    def operator(name):
        return lambda self, other: self._special(name, other) if isinstance(other, RemoteObject) else NotImplemented
    # No __contains__: the elements are asked for, and compared here.
    for name in ("__len__", "__getitem__", "__setitem__", "__delitem__", "__iter__", "__next__", "__str__", "__repr__", "__call__", "__neg__", "__abs__", "__int__", "__float__", "__enter__", "__exit__"):
        setattr(RemoteObject, name, special(name))
    for name in ("__lt__", "__le__", "__gt__", "__ge__", "__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__", "__and__", "__or__", "__xor__"):
        setattr(RemoteObject, name, operator(name))
    def remote_kind(k, name=None):
        key = k["id"]
        if key not in kinds:
            if "BaseException" in k["bases"]:
                return remote_error(key, k["name"], k["bases"], k.get("parents", []))
            kinds[key] = derived(Kind, k["name"], [remote_kind(each) for each in k.get("parents", [])], RemoteObject, {"_kind": key, "_global": None})
        kind = kinds[key]
        if name is not None and issubclass(kind, RemoteObject) and kind._global is None:
            kind._global = name
        return kind
    def resolve(name):
        m = ask({"op": "kind", "n": name})
        kind = m["r"]
        if kind == "missing":
            raise AttributeError("the program has no " + name)
        if type(kind) is dict:
            return remote_kind(kind["k"], name)
        if kind == "value":
            return get({"g": name})
        return RemoteFunction(name)
    class Program(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return resolve(name)
    program = Program(first["module"])
    program.__file__ = "/box/main.py"
    sys.modules[first["module"]] = program
    sys.path.append("/usr/lib/python3/dist-packages")
    sys.setrecursionlimit(5000)

    shadowed = set()
    class Space(dict):
        def __missing__(self, name):
            if hasattr(builtins, name) and name not in shadowed or name.startswith("__"):
                raise KeyError(name)
            try:
                return resolve(name)
            except AttributeError:
                raise KeyError(name)
    def pytest_shim():
        module = types.ModuleType("pytest")
        class raises:
            def __init__(self, kind, match=None):
                self.kind, self.match, self.value = kind, match, None
            def __enter__(self):
                return self
            def __exit__(self, kind, value, trace):
                if kind is None:
                    raise AssertionError("DID NOT RAISE " + str(self.kind))
                if not issubclass(kind, self.kind):
                    return False
                self.value = value
                if self.match is not None:
                    import re
                    assert re.search(self.match, str(value)), "the message does not match"
                return True
        class approx:
            def __init__(self, expected, rel=None, abs=None, nan_ok=False):
                self.expected, self.rel, self.abs, self.nan_ok = expected, 1e-6 if rel is None else rel, 1e-12 if abs is None else abs, nan_ok
            def __eq__(self, other):
                def near(a, b):
                    if isinstance(b, (list, tuple)):
                        return isinstance(a, (list, tuple)) and len(a) == len(b) and all(near(x, y) for x, y in zip(a, b))
                    if isinstance(b, dict):
                        return isinstance(a, dict) and a.keys() == b.keys() and all(near(a[k], b[k]) for k in b)
                    if isinstance(a, RemoteObject) or not isinstance(a, (int, float, complex)):
                        return a == b
                    # Everything is as far from infinity as its share of it.
                    return a == b or builtins.abs(b) != float("inf") and builtins.abs(a - b) <= max(self.rel * builtins.abs(b), self.abs)
                return near(other, self.expected)
            def __repr__(self):
                return "approx(" + repr(self.expected) + ")"
        class param(tuple):
            def __new__(cls, *values, **named):
                return tuple.__new__(cls, values)
        class Marks:
            @staticmethod
            def parametrize(names, values, **named):
                names = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
                rows = [v if len(names) > 1 or isinstance(v, param) else [v] for v in values]
                def wrap(f):
                    f._sets = [dict(old, **dict(zip(names, v))) for v in rows for old in getattr(f, "_sets", [{}])]
                    return f
                return wrap
            # The others say how a test is run, or named: here all are run.
            def __getattr__(self, name):
                if name in ("skipif", "xfail", "usefixtures"):
                    raise BadTest("the tests use pytest.mark." + name + ", which is not here")
                def wrap(*args, **named):
                    if len(args) == 1 and not named and callable(args[0]):
                        args[0]._skip = name == "skip"
                        return args[0]
                    return wrap
                return wrap
        def fixture(f=None, **named):
            if "params" in named:
                raise BadTest("the tests use pytest.fixture with params, which is not here")
            def wrap(f):
                f._fixture = named.get("name") or f.__name__
                f._always = named.get("autouse", False)
                return f
            return wrap if f is None else wrap(f)
        def fail(reason="", **named):
            raise AssertionError(reason)
        def missing(name):
            raise BadTest("the tests use pytest." + name + ", which is not here") if loading and not name.startswith("__") else AttributeError(name)
        module.raises, module.approx, module.mark, module.param, module.fixture, module.fail, module.skip, module.__getattr__ = raises, approx, Marks(), param, fixture, fail, fail, missing
        module.main = lambda *a, **k: 0
        return module
    sys.modules.setdefault("pytest", pytest_shim())

    reported = 0
    def report(name, status, message="", bad=False):
        nonlocal reported
        reported += 1
        send({"case": {"name": name, "status": status, "message": message[:500]}, "bad": bad})
    def plan(more):
        send({"planned": reported + more})
    # Once the program has been looked at, a failure may come of what it said; before that, and of a module that is not there, or an exit of the test, it cannot.
    def at_fault(error):
        return isinstance(error, BadTest) or not getattr(error, "_remote", False) and (contacts == 0 or isinstance(error, (ModuleNotFoundError, SystemExit)))
    def attempt(name, work):
        try:
            finish(work())
        except Dead as error:
            report(name, "error", str(error))
            return False
        except AssertionError as error:
            report(name, "error" if getattr(error, "_remote", False) else "failed", str(error) or where(error))
        except BaseException as error:
            report(name, "error", type(error).__name__ + ": " + str(error), bad=at_fault(error))
        else:
            report(name, "passed")
        return True
    def finish(value):
        import inspect
        if inspect.iscoroutine(value):
            import asyncio
            asyncio.run(value)
        elif inspect.isgenerator(value) or inspect.isasyncgen(value):
            raise BadTest("a test must not be a generator")
    def where(error):
        import traceback
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return "line %s" % frame.lineno
    def parsed(text, name):
        import ast
        # Names of the program are looked up where the tests have none; imported by a star they would take the place of the tests' own.
        class Stars(ast.NodeTransformer):
            def visit_ImportFrom(self, node):
                own = node.module == first["module"] and node.names[0].name == "*"
                return ast.copy_location(ast.Pass(), node) if own else node
        return Stars().visit(ast.parse(text, name))
    def called_of_python(tree, space):
        import ast
        nodes = list(ast.walk(tree))
        imports = any(isinstance(n, ast.ImportFrom) and n.module == first["module"] or isinstance(n, ast.Import) and any(a.name == first["module"] for a in n.names) for n in nodes)
        own = set(space) | {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        for n in nodes:
            own.update([n.name] if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else [n.arg] if isinstance(n, ast.arg) else [(a.asname or a.name).split(".")[0] for a in n.names] if isinstance(n, (ast.Import, ast.ImportFrom)) else [n.name] if isinstance(n, ast.ExceptHandler) and n.name else [])
        free = {n.id for n in nodes if isinstance(n, ast.Name)} - own
        if imports or contacts > 0 or first["entry"] or any(not hasattr(builtins, n) for n in free):
            return set()
        return {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in free}
    def run():
        nonlocal loading
        import ast, inspect
        space = Space()
        space["__name__"] = "__tests__"
        space["__builtins__"] = builtins
        if first["setup"]:
            exec(compile(parsed(first["setup"], "setup.py"), "setup.py", "exec"), space)
        if first["entry"]:
            space[first["entry"]] = RemoteFunction(first["entry"])
        try:
            tree = parsed(first["source"], "tests.py")
        except SyntaxError as error:
            report("tests.py", "error", "SyntaxError: " + str(error), bad=True)
            return
        # Tests that name nothing but what Python has too test functions of those names: else they would test nothing.
        called = called_of_python(tree, space)
        shadowed.update(n for n in called if ask({"op": "kind", "n": n})["r"] != "missing")
        if called and not shadowed:
            report("tests.py", "error", "NameError: the program has none of " + ", ".join(sorted(called)))
            return
        # What would run the tests is left out: they are run here.
        def runs_tests(n):
            return isinstance(n, ast.If) and "__main__" in ast.dump(n.test) or isinstance(n, ast.Expr) and ast.unparse(n).startswith(("unittest.main(", "pytest.main("))
        body = [n for n in tree.body if not runs_tests(n)]
        made = (ast.FunctionDef, ast.AsyncFunctionDef)
        defined = {n.name for n in body if isinstance(n, made)}
        calls_check = any(isinstance(n, ast.Expr) and isinstance(n.value, ast.Call) and getattr(n.value.func, "id", "") == "check" for n in body)
        checks = first["entry"] != "" and "check" in defined and not calls_check
        # How many tests there are is said beforehand: those that a program keeps from running count as failed.
        def tests_in(node):
            if isinstance(node, made):
                return int(node.name.startswith("test"))
            if isinstance(node, ast.ClassDef):
                return sum(isinstance(n, made) and n.name.startswith("test") for n in node.body)
            return int(any(isinstance(n, ast.Assert) or isinstance(n, ast.Call) and getattr(n.func, "id", None) in defined for n in ast.walk(node)))
        plan(sum(map(tests_in, body)) + checks)
        # Assertions of the module are tests one by one; everything between them is carried out as it comes.
        number = 0
        for node in body:
            if isinstance(node, ast.Assert):
                code = compile(ast.Module([node], []), "tests.py", "exec")
                if not attempt("assertion %d" % number, lambda: exec(code, space)):
                    return
                number += 1
                continue
            before = contacts
            try:
                if isinstance(node, ast.Expr):
                    finish(eval(compile(ast.Expression(node.value), "tests.py", "eval"), space))
                else:
                    exec(compile(ast.Module([node], []), "tests.py", "exec"), space)
            except AssertionError as error:
                report("tests.py", "error" if getattr(error, "_remote", False) else "failed", str(error) or where(error))
                return
            except Exception as error:
                report("tests.py", "error", type(error).__name__ + ": " + str(error), bad=at_fault(error))
                return
            called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if contacts > before and (called or isinstance(node, (ast.For, ast.While, ast.If, ast.With, ast.Try))):
                report(ast.unparse(node)[:80].split("\n")[0], "passed")
        loading = False
        if callable(space.get("setUpModule")):
            space["setUpModule"]()
        tests = []
        if checks:
            tests.append(("check", lambda: space["check"](space[first["entry"]])))
        fixtures = {value._fixture: value for value in space.values() if isinstance(value, types.FunctionType) and hasattr(value, "_fixture")}
        for name, value in list(space.items()):
            if name.startswith("test") and isinstance(value, types.FunctionType):
                tests += in_sets(name, value, fixtures, lambda f, named: f(**named))
            elif isinstance(value, type) and not issubclass(value, RemoteObject) and value.__module__ == "__tests__":
                is_case = any(c.__name__ == "TestCase" for c in value.__mro__)
                if is_case or name.startswith("Test"):
                    methods = [m for m in dir(value) if m.startswith("test") and callable(getattr(value, m))]
                    for method in methods:
                        run_one = lambda f, named, value=value, method=method, is_case=is_case, begins=method == methods[0]: in_class(value, method, is_case, begins, named)
                        tests += in_sets(name + "." + method, getattr(value, method), fixtures, run_one, value)
        plan(len(tests))
        for name, work in tests:
            if not attempt(name, work):
                return
        plan(0)
    # One test for each set of its parameters; what it names besides are fixtures.
    def in_sets(name, f, fixtures, run_one, owner=None):
        import inspect
        if getattr(f, "_skip", False):
            return []
        names = [n for n, p in inspect.signature(f).parameters.items() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD][owner is not None:]
        always = [n for n, each in fixtures.items() if each._always]
        sets = getattr(f, "_sets", [{}])
        wanted = [n for n in names if n not in sets[0]] if sets else []
        for n in wanted:
            if n not in fixtures and n != "tmp_path":
                raise BadTest("the tests use the fixture " + n + ", which is not here")
        def once(values):
            import contextlib
            with contextlib.ExitStack() as stack:
                made = {}
                for n in always:
                    fixed(n, fixtures, made, stack)
                return run_one(f, {**{n: fixed(n, fixtures, made, stack) for n in wanted}, **values})
        return [(name if not values else "%s[%d]" % (name, k), lambda values=values: once(values)) for k, values in enumerate(sets)]
    def fixed(name, fixtures, made, stack):
        import contextlib, inspect
        if name not in made:
            if name == "tmp_path" and name not in fixtures:
                import pathlib, tempfile
                made[name] = pathlib.Path(tempfile.mkdtemp())
                return made[name]
            if name not in fixtures:
                raise BadTest("the tests use the fixture " + name + ", which is not here")
            f = fixtures[name]
            named = {n: fixed(n, fixtures, made, stack) for n in inspect.signature(f).parameters}
            made[name] = stack.enter_context(contextlib.contextmanager(f)(**named)) if inspect.isgeneratorfunction(f) else f(**named)
        return made[name]
    def in_class(value, method, is_case, begins, named):
        if not is_case:
            if begins and hasattr(value, "setup_class"):
                value.setup_class()
            case = value()
            if hasattr(case, "setup_method"):
                setup = case.setup_method
                setup(getattr(case, method)) if setup.__code__.co_argcount > 1 else setup()
            return getattr(case, method)(**named)
        if begins:
            value.setUpClass()
        case = value(method)
        if any(c.__name__ == "IsolatedAsyncioTestCase" for c in value.__mro__):
            return case.debug()
        case.setUp()
        try:
            finish(getattr(case, method)())
        finally:
            case.tearDown()
            case.doCleanups()
    try:
        run()
    except Dead as error:
        report("tests.py", "error", str(error))
    except BaseException as error:
        report("tests.py", "error", type(error).__name__ + ": " + str(error), bad=at_fault(error))
    send({"done": True})
    os._exit(0)
serve()
`;
