"""faiss's HNSW over uncompressed vectors."""
import common

faiss = common.need("faiss", "apt-get install python3-faiss")

args = common.arguments()
run = common.Run(args)
METRIC = faiss.METRIC_L2 if args.similarity == "euclidean" else faiss.METRIC_INNER_PRODUCT


def make():
    index = faiss.IndexHNSWFlat(run.base.shape[1], args.m, METRIC)
    index.hnsw.efConstruction = args.ef_construction
    index.add(run.base)
    return index


index = run.build(make)
faiss.omp_set_num_threads(1)
for ef in sorted({max(ef, args.k) for ef in args.ef}):
    index.hnsw.efSearch = ef
    run.measure(
        "faiss_hnsw",
        {"plan": "graph", "ef": ef, "m": args.m, "ef_construction": args.ef_construction},
        lambda query: index.search(query, args.k)[1][0],
    )
