/** The tester, second part: functions, classes and objects of the program, as the test sees them. None equals data, and no operator hands over what it is compared with. */
export const PROXIES: string = String.raw`    class RemoteFunction:
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
        def __instancecheck__(cls, value):
            return type.__instancecheck__(cls, value) or cls._kind is not None and getattr(type(value), "_of_kind", None) == cls._kind
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
    # A named tuple of the program is data here, with its fields; what its class has besides is asked for.
    def named_kind(k, fields):
        if (k["id"], fields) not in named:
            import collections
            def of_class(self, name):
                if name.startswith("_"):
                    raise AttributeError(name)
                return attribute({"v": encode(self), "n": name})
            named[k["id"], fields] = type(k["name"], (collections.namedtuple("Named", fields),), {"__slots__": (), "_of_kind": k["id"], "__getattr__": of_class})
        return named[k["id"], fields]
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
`;
