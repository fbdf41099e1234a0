import { PYTHON_VALUES } from "./python-values.ts";
import { LINK } from "./tester/link.ts";
import { PROXIES } from "./tester/proxies.ts";
import { PYTEST } from "./tester/pytest.ts";
import { RUNNER } from "./tester/runner.ts";

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
    functions, kinds, proxies, named = {}, {}, {}, {}
    # While the tests are loaded, what is not here is not here for any program.
    loading = True
${PYTHON_VALUES}${LINK}${PROXIES}${PYTEST}${RUNNER}`;
