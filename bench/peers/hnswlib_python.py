"""hnswlib by its Python binding, as the distribution builds it (no -march=native)."""
import common

hnswlib = common.need("hnswlib", "apt-get install python3-hnswlib")

args = common.arguments()
run = common.Run(args)
SPACES = {"cosine": "ip", "dot_product": "ip", "euclidean": "l2"}


def make():
    index = hnswlib.Index(space=SPACES[args.similarity], dim=run.base.shape[1])
    index.init_index(max_elements=len(run.base), M=args.m, ef_construction=args.ef_construction)
    index.add_items(run.base)
    return index


index = run.build(make)
index.set_num_threads(1)
for ef in sorted({max(ef, args.k) for ef in args.ef}):
    index.set_ef(ef)
    run.measure(
        "hnswlib_python",
        {"plan": "graph", "ef": ef, "m": args.m, "ef_construction": args.ef_construction},
        lambda query: index.knn_query(query, k=args.k, num_threads=1)[0][0],
    )
