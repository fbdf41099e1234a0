/**
 * Python that waits inside a fresh sandbox for one program, and runs it as `__main__`. It holds nothing that is worth finding:
 * no expected output, no verdict. With an argument the program stands in the box and standard input is as it is.
 */
export const PYTHON_RUN: string = String.raw`
import sys
def ready():
    # Not os, which takes a fifth of the time that starting takes, and which not every program asks for.
    import builtins, _sitebuiltins, posix
    def exactly(n):
        parts = []
        while n > 0:
            part = posix.read(0, min(n, 1 << 20))
            if not part:
                posix._exit(0)
            parts.append(part)
            n -= len(part)
        return b"".join(parts)
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D")
    builtins.help = _sitebuiltins._Helper()
    if len(sys.argv) > 1:
        with open("/box/main.py", "rb") as file:
            source = file.read()
    else:
        # Both sizes, in as many characters.
        size, input_size = map(int, exactly(20).split())
        source = exactly(size)
        fd = posix.open("/tmp/.input", posix.O_RDWR | posix.O_CREAT | posix.O_EXCL, 0o600)
        left = input_size
        while left > 0:
            part = exactly(min(left, 1 << 20))
            left -= len(part)
            while part:
                part = part[posix.write(fd, part):]
        posix.lseek(fd, 0, 0)
        posix.unlink("/tmp/.input")
        posix.dup2(fd, 0)
        posix.close(fd)
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.argv = ["main.py"] + sys.argv[2:]
    sys.path[:0] = ["/box"]
    sys.path.append("/usr/lib/python3/dist-packages")
    sys.setrecursionlimit(10000)
    # Expected outputs may have more digits than Python by itself writes.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    module = type(sys)("__main__")
    module.__file__ = "/box/main.py"
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    return source, module.__dict__
source, space = ready()
del ready
# Not compile(): that would make a type of every kind of syntax tree first.
exec(source, space)
`;
