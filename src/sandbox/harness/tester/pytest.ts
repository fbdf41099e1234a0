/** The tester, third part: what test files ask of pytest. */
export const PYTEST: string = String.raw`    def pytest_shim():
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
`;
