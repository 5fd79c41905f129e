"""faiss's inverted file of uncompressed vectors, 4 * sqrt(n) lists."""
import common

faiss = common.need("faiss", "apt-get install python3-faiss")

args = common.arguments()
run = common.Run(args)
METRIC = faiss.METRIC_L2 if args.similarity == "euclidean" else faiss.METRIC_INNER_PRODUCT
LISTS = max(1, int(4 * len(run.base) ** 0.5))


def make():
    dimension = run.base.shape[1]
    index = faiss.IndexIVFFlat(faiss.IndexFlat(dimension, METRIC), dimension, LISTS, METRIC)
    index.train(run.base)
    index.add(run.base)
    return index


index = run.build(make)
faiss.omp_set_num_threads(1)
for probes in (1, 2, 4, 8, 16, 32, 64, 128):
    if probes <= LISTS:
        index.nprobe = probes
        run.measure(
            "faiss_ivf",
            {"plan": "lists", "nprobe": probes, "nlist": LISTS},
            lambda query: index.search(query, args.k)[1][0],
        )
