"""Which worker of how many this process is, and a way to start several on one machine.

    python -m helpers.workers 2 -m helpers.train heroes --strategy multiworker --steps 200

TensorFlow reads it from `TF_CONFIG`. `find` gives it from what the launcher says: TF_CONFIG itself,
Slurm's variables, or those of an indexed Job of Kubernetes. The standard library is enough here.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import NamedTuple

PORT = 2222  # where workers listen, unless the launcher says otherwise
GRACE = 60  # seconds that the others have to stop by themselves when one has failed
_TASKS = re.compile(r"(\d+)(?:\(x(\d+)\))?")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
HOW = (
    "set TF_CONFIG, or start with Slurm's srun, with the manifest of cluster/, or with "
    "`python -m helpers.workers 2 -m helpers.train …`"
)


class Worker(NamedTuple):
    """One process of several.

    Attributes:
        index: which one, from 0; number 0 is the chief, who alone writes files.
        hosts: "name:port" of each worker, the same list in the same order for all.
    """

    index: int
    hosts: tuple

    @property
    def chief(self):
        """Whether this one writes the files."""
        return self.index == 0

    def tf_config(self):
        """The text of the variable TF_CONFIG."""
        task = {"type": "worker", "index": self.index}
        return json.dumps({"cluster": {"worker": list(self.hosts)}, "task": task})


def find(environ):
    """Which worker this process is.

    Args:
        environ: mapping such as os.environ. The first of these that is there counts:
            TF_CONFIG, with a cluster of workers and this task's index;
            SLURM_PROCID with SLURM_NTASKS, SLURM_JOB_NODELIST and SLURM_TASKS_PER_NODE, as srun sets them;
            JOB_COMPLETION_INDEX (Kubernetes) with COURSE_WORKERS, how many, and COURSE_HOSTS, a
            host's name with {} for its index.

    Returns:
        Worker.

    Raises:
        ValueError: none of them is there, or what is there does not fit together.
    """
    ways = {
        "TF_CONFIG": _from_tf_config,
        "SLURM_PROCID": _from_slurm,
        "JOB_COMPLETION_INDEX": _from_kubernetes,
    }
    for name, read in ways.items():
        if environ.get(name):
            return _checked(read(environ), name)
    raise ValueError(f"nothing says which worker this is: {HOW}")


def _checked(worker, name):
    if len(set(worker.hosts)) < len(worker.hosts):
        raise ValueError(f"{name}: two workers have one address in {', '.join(worker.hosts)}")
    if not 0 <= worker.index < len(worker.hosts):
        raise ValueError(
            f"{name}: this is worker {worker.index}, and there are {len(worker.hosts)}, counted from 0"
        )
    return worker


def _from_tf_config(environ):
    example = Worker(0, ("one:2222", "two:2222")).tf_config()
    try:
        told = json.loads(environ["TF_CONFIG"])
        hosts, task = told["cluster"]["worker"], told["task"]
        if task["type"] != "worker" or not all(isinstance(host, str) for host in hosts):
            raise ValueError
        return Worker(int(task["index"]), tuple(hosts))
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"TF_CONFIG cannot be read; it looks like {example}") from None


def _from_slurm(environ):
    nodes = expand(_need(environ, "SLURM_JOB_NODELIST", "SLURM_PROCID"))
    each = _tasks(_need(environ, "SLURM_TASKS_PER_NODE", "SLURM_PROCID"))
    count = _whole(environ, "SLURM_NTASKS", "SLURM_PROCID")
    if len(each) != len(nodes) or sum(each) < count:
        raise ValueError(
            f"SLURM_NTASKS={count} does not fit {len(nodes)} nodes with {each} tasks: start it with srun"
        )
    # Two jobs may share a node: the job's number keeps their ports apart.
    port = 20000 + int(environ.get("SLURM_JOB_ID") or 0) % 20000
    hosts = [f"{node}:{port + k}" for node, tasks in zip(nodes, each) for k in range(tasks)]
    return Worker(_whole(environ, "SLURM_PROCID", "SLURM_PROCID"), tuple(hosts[:count]))


def expand(nodes):
    """The names in a node list of Slurm: "gpu[01-03,7],big" → ["gpu01", "gpu02", "gpu03", "gpu7", "big"].

    Raises:
        ValueError: it is no such list.
    """
    found = []
    for part in re.split(r",(?![^\[]*\])", nodes.strip()):
        match = re.fullmatch(r"([\w.-]+)(?:\[([\d,-]+)\]([\w.-]*))?", part)
        if not match:
            raise ValueError(f"{nodes!r} is no node list of Slurm; gpu[01-03,07] is one")
        head, numbers, tail = match.groups()
        found += [f"{head}{n}{tail or ''}" for n in _numbers(numbers)] if numbers else [head]
    return found


def _numbers(text):
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if not match:
            raise ValueError(f"{text!r} is no range of numbers; 01-03,07 is one")
        first, last = match.group(1), match.group(2) or match.group(1)
        yield from (f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1))


def _tasks(text):
    """Tasks on each node: "2(x3),1" → [2, 2, 2, 1]."""
    matches = [_TASKS.fullmatch(part) for part in text.split(",")]
    if not all(matches):
        raise ValueError(f"SLURM_TASKS_PER_NODE is {text!r}; 2(x3),1 is one")
    return [int(m.group(1)) for m in matches for _ in range(int(m.group(2) or 1))]


def _from_kubernetes(environ):
    first = "JOB_COMPLETION_INDEX"
    count = _whole(environ, "COURSE_WORKERS", first)
    name = _need(environ, "COURSE_HOSTS", first)
    if "{}" not in name:
        raise ValueError(f"COURSE_HOSTS is {name!r}: it needs {{}} where the index belongs")
    hosts = tuple(f"{name.replace('{}', str(index))}:{PORT}" for index in range(count))
    return Worker(_whole(environ, first, first), hosts)


def _need(environ, name, why):
    if not environ.get(name):
        raise ValueError(f"{why} is set, and {name} is not: {HOW}")
    return environ[name]


def _whole(environ, name, why):
    text = _need(environ, name, why)
    if not text.isdecimal():
        raise ValueError(f"{name} is {text!r}, expected a whole number")
    return int(text)


# Several workers on this machine -------------------------------------------------------------------


def on_this_machine(count):
    """Workers that find each other on this machine, at ports that are free now.

    Args:
        count: how many.

    Returns:
        List of Worker.
    """
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    hosts = tuple(f"localhost:{server.getsockname()[1]}" for server in sockets)
    for server in sockets:
        server.close()
    return [Worker(index, hosts) for index in range(count)]


def start(count, words, environ):
    """Starts `count` processes of this Python, and hands on what they say.

    Args:
        count: how many.
        words: arguments of Python, the same for all: ["-m", "helpers.train", …].
        environ: variables, to which TF_CONFIG is added.

    Returns:
        The exit code: 0, or the first one that is not. When one ends with another code than 0, the others
        hear of it from TensorFlow, and stop by themselves. While they still wait for each other they do
        not hear of it: whoever is left after GRACE seconds is killed.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-u", *words],
            env={**environ, "TF_CONFIG": worker.tf_config()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for worker in on_this_machine(count)
    ]
    readers = [
        threading.Thread(target=_hand_on, args=(index, process.stdout))
        for index, process in enumerate(processes)
    ]
    for reader in readers:
        reader.start()
    # Ctrl-C reaches all of them through the terminal; a kill of this process it hands on.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: [process.terminate() for process in processes])
    _watch(processes)
    for reader in readers:
        reader.join()
    return next((code for code in (p.wait() for p in processes) if code), 0)


def _watch(processes):
    """Waits until all have ended; kills those that do not hear that another has failed."""
    failed = None
    while any(process.poll() is None for process in processes):
        time.sleep(0.1)
        codes = [process.poll() for process in processes]
        if failed is None and any(codes):
            failed = time.monotonic(), next(i for i, code in enumerate(codes) if code)
        if failed and time.monotonic() - failed[0] > GRACE:
            left = [index for index, code in enumerate(codes) if code is None]
            print(
                f"Worker {failed[1]} ended with code {codes[failed[1]]}. {GRACE} seconds later these had "
                f"not stopped, and are killed: {', '.join(map(str, left))}. Start all again, with --resume "
                "where there is a training.npz",
                flush=True,
            )
            for index in left:
                processes[index].kill()
            return


def _hand_on(index, stream):
    for line in stream:
        # A progress bar writes over itself: what stands there in the end is enough.
        text = line.decode(errors="replace").rstrip().rpartition("\r")[2]
        if text:
            print(f"[{index}] {text}", flush=True)


def main(arguments):
    """`python -m helpers.workers COUNT WORDS…`; returns the exit code."""
    import os

    if len(arguments) < 2 or not arguments[0].isdecimal() or not 1 <= int(arguments[0]) <= 64:
        print("error: python -m helpers.workers COUNT -m helpers.train …, COUNT from 1 to 64")
        return 2
    return start(int(arguments[0]), arguments[1:], os.environ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
