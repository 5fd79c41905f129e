"""What the Python peers share: arguments, files, timing and the line of JSON for each setting.

Every peer takes the same arguments and prints the lines that `attune bench ann` prints. A peer that is
not installed says so on stderr and ends with code 69 (EX_UNAVAILABLE of sysexits.h).
"""
import argparse
import importlib
import json
import os
import sys
import time

UNAVAILABLE = 69
TIE = 1e-5


def unavailable(reason):
    print(reason, file=sys.stderr)
    sys.exit(UNAVAILABLE)


def need(module, install):
    """Imports a module, or ends with what would install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        unavailable(f"{error}; install it with: {install}")


np = need("numpy", "apt-get install python3-numpy")


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("base", "query", "groundtruth"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--k", type=int, required=True)
    parser.add_argument("--ef", required=True, type=lambda text: [int(ef) for ef in text.split(",")])
    parser.add_argument("--similarity", required=True, choices=["cosine", "dot_product", "euclidean"])
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--warmup", type=float, required=True)
    parser.add_argument("--m", type=int, required=True)
    parser.add_argument("--ef-construction", type=int, required=True)
    return parser.parse_args()


def rows(path, kind):
    words = np.fromfile(path, dtype="<i4")
    return np.ascontiguousarray(words.reshape(-1, words[0] + 1)[:, 1:].view(kind))


def rss_bytes():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return None


class Run:
    """The vectors of one run, what building took, and the measurement of searches."""

    def __init__(self, args):
        self.args = args
        self.base = rows(args.base, "<f4")
        self.queries = rows(args.query, "<f4")
        self.truth = rows(args.groundtruth, "<i4")[:, : args.k]
        if args.similarity == "cosine":
            self.base = self.unit(self.base)
            self.queries = self.unit(self.queries)

    @staticmethod
    def unit(vectors):
        return np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def build(self, make):
        start, cpu = time.perf_counter(), time.process_time()
        index = make()
        self.build_s = time.perf_counter() - start
        self.build_cpu_s = time.process_time() - cpu
        self.disk_bytes = None
        self.warm = False
        return index

    def measure(self, engine, parameters, search):
        """search(one query as a matrix of one row) -> row numbers."""
        single = [self.queries[i : i + 1] for i in range(len(self.queries))]
        if not self.warm:
            end = time.perf_counter() + self.args.warmup
            while time.perf_counter() < end:
                for query in single[:10]:
                    search(query)
            self.warm = True
        recall = self.recall([search(query) for query in single])
        best = None
        for _ in range(self.args.rounds):
            nanos = np.empty(len(single), dtype=np.int64)
            start = time.perf_counter_ns()
            for i, query in enumerate(single):
                before = time.perf_counter_ns()
                search(query)
                nanos[i] = time.perf_counter_ns() - before
            wall = time.perf_counter_ns() - start
            nanos.sort()
            if best is None or nanos[len(nanos) // 2] < best[0][len(nanos) // 2]:
                best = nanos, wall
        self.report(engine, parameters, recall, *best)

    def recall(self, answers):
        return float(np.mean([self.share(q, answer) for q, answer in enumerate(answers)]))

    def share(self, q, answer):
        nearest = set(map(int, self.truth[q]))
        found = sum(1 for row in answer if int(row) in nearest)
        others = [int(row) for row in answer if int(row) >= 0 and int(row) not in nearest]
        if others:
            # As close as the last true neighbour counts: which duplicate is the true one is chance.
            needed = self.closeness(q, [self.truth[q][-1]])[0]
            found += int(np.sum(self.closeness(q, others) >= needed - TIE * abs(needed)))
        return min(found, len(nearest)) / len(nearest)

    def closeness(self, q, numbers):
        vectors = self.base[numbers]
        if self.args.similarity == "euclidean":
            return -np.sum((vectors - self.queries[q]) ** 2, axis=1)
        return vectors @ self.queries[q]

    def report(self, engine, parameters, recall, nanos, wall):
        n, d = self.base.shape
        line = {
            "engine": engine,
            "n": n,
            "d": d,
            "parameters": {"k": self.args.k, **parameters, "threads": 1, "similarity": self.args.similarity},
            "build_s": round(self.build_s, 3),
            "build_cpu_s": round(self.build_cpu_s, 3),
            "disk_bytes": self.disk_bytes,
            "heap_bytes": None,
            "rss_bytes": rss_bytes(),
            "recall": round(recall, 5),
            "qps": round(len(nanos) / (wall / 1e9), 1),
            "p50_us": round(nanos[len(nanos) // 2] / 1e3, 2),
            "p99_us": round(nanos[min(len(nanos) - 1, int(0.99 * len(nanos)))] / 1e3, 2),
        }
        print(json.dumps(line), flush=True)
