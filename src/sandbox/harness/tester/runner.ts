/** The tester, last part: finds the tests of the test code, runs them in order and says what each gave. */
export const RUNNER: string = String.raw`    shadowed = set()
    class Space(dict):
        def __missing__(self, name):
            if hasattr(builtins, name) and name not in shadowed or name.startswith("__"):
                raise KeyError(name)
            try:
                return resolve(name)
            except AttributeError:
                raise KeyError(name)
    # What decides whether a test is left out must not be the program: once it has been looked at, such a test fails.
    def guarded_skips():
        import unittest
        def skip_if(condition, reason):
            if not condition:
                return lambda f: f
            if contacts == 0:
                return unittest.skip(reason)
            def asks(f):
                f._asks = True
                return f
            return asks
        unittest.skipIf = skip_if
        unittest.skipUnless = lambda condition, reason: skip_if(not condition, reason)
    def left_out(*marked):
        return any(getattr(f, "__unittest_skip__", False) or getattr(f, "__unittest_expecting_failure__", False) for f in marked)
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
            if type(error).__name__ == "SkipTest" and not getattr(error, "_remote", False):
                report(name, "failed", "the test left itself out: " + str(error))
                return True
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
        if "unittest" in first["source"]:
            guarded_skips()
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
                    methods = [m for m in dir(value) if m.startswith("test") and callable(getattr(value, m)) and not left_out(value, getattr(value, m))]
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
        if hasattr(value, "_asks") or hasattr(getattr(value, method), "_asks"):
            raise AssertionError("the program decides whether this test is left out")
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
