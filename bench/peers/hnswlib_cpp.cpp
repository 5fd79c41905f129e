// hnswlib over fvecs files with the arguments and the output that every peer has (see common.py).
#include <hnswlib/hnswlib.h>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {
constexpr double kTie = 1e-5;

template <class T>
struct Matrix {
  size_t rows = 0;
  size_t width = 0;
  std::vector<T> cells;

  explicit Matrix(const std::string& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) throw std::runtime_error("can't read " + path);
    const size_t bytes = in.tellg();
    in.seekg(0);
    int header = 0;
    in.read(reinterpret_cast<char*>(&header), 4);
    width = header;
    rows = bytes / (4 + 4 * width);
    cells.resize(rows * width);
    in.seekg(0);
    for (size_t i = 0; i < rows; i++) {
      in.read(reinterpret_cast<char*>(&header), 4);
      in.read(reinterpret_cast<char*>(row(i)), 4 * width);
    }
    if (!in) throw std::runtime_error(path + " ended early");
  }
  T* row(size_t i) { return &cells[i * width]; }
  const T* row(size_t i) const { return &cells[i * width]; }
};

void unit(Matrix<float>& m) {
  for (size_t i = 0; i < m.rows; i++) {
    double sum = 0;
    for (size_t j = 0; j < m.width; j++) sum += double(m.row(i)[j]) * m.row(i)[j];
    const float scale = float(1 / std::sqrt(sum));
    for (size_t j = 0; j < m.width; j++) m.row(i)[j] *= scale;
  }
}

double cpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

long rssBytes() {
  std::ifstream in("/proc/self/status");
  for (std::string word; in >> word;)
    if (word == "VmRSS:") {
      long kilobytes = 0;
      in >> kilobytes;
      return kilobytes * 1024;
    }
  return 0;
}

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
}  // namespace

int main(int count, char** words) try {
  std::map<std::string, std::string> args;
  for (int i = 1; i + 1 < count; i += 2) args[words[i]] = words[i + 1];
  const size_t k = std::stoul(args.at("--k")), m = std::stoul(args.at("--m"));
  const size_t efConstruction = std::stoul(args.at("--ef-construction"));
  const int rounds = std::stoi(args.at("--rounds"));
  const double warmup = std::stod(args.at("--warmup"));
  const std::string similarity = args.at("--similarity");
  std::set<size_t> efs;
  std::stringstream list(args.at("--ef"));
  for (std::string ef; std::getline(list, ef, ',');) efs.insert(std::max(k, size_t(std::stoul(ef))));

  Matrix<float> base(args.at("--base")), queries(args.at("--query"));
  const Matrix<int> truth(args.at("--groundtruth"));
  if (similarity == "cosine") {
    unit(base);
    unit(queries);
  }
  std::unique_ptr<hnswlib::SpaceInterface<float>> space;
  if (similarity == "euclidean")
    space = std::make_unique<hnswlib::L2Space>(base.width);
  else
    space = std::make_unique<hnswlib::InnerProductSpace>(base.width);

  const auto start = Clock::now();
  const double cpu = cpuSeconds();
  hnswlib::HierarchicalNSW<float> index(space.get(), base.rows, m, efConstruction);
  index.addPoint(base.row(0), 0);
  const size_t builders = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> pool;
  for (size_t t = 0; t < builders; t++)
    pool.emplace_back([&, t] {
      for (size_t i = 1 + t; i < base.rows; i += builders) index.addPoint(base.row(i), i);
    });
  for (auto& thread : pool) thread.join();
  const double built = since(start), builtCpu = cpuSeconds() - cpu;

  auto distance = [&](size_t q, size_t row) {
    return space->get_dist_func()(queries.row(q), base.row(row), space->get_dist_func_param());
  };
  bool warm = false;
  for (size_t ef : efs) {
    index.setEf(ef);
    if (!warm) {
      for (const auto begin = Clock::now(); since(begin) < warmup;)
        for (size_t q = 0; q < std::min<size_t>(10, queries.rows); q++) index.searchKnn(queries.row(q), k);
      warm = true;
    }
    double recall = 0;
    for (size_t q = 0; q < queries.rows; q++) {
      auto hits = index.searchKnn(queries.row(q), k);
      const double needed = distance(q, truth.row(q)[k - 1]);
      // hnswlib's inner-product distance is 1 - product; closeness is what the tie is relative to.
      const double scale = similarity == "euclidean" ? std::abs(needed) : std::abs(1 - needed);
      size_t found = 0;
      for (; !hits.empty(); hits.pop()) {
        const int row = int(hits.top().second);
        const bool nearest = std::find(truth.row(q), truth.row(q) + k, row) != truth.row(q) + k;
        if (nearest || distance(q, row) <= needed + kTie * scale) found++;
      }
      recall += double(std::min(found, k)) / k;
    }
    recall /= queries.rows;
    std::vector<double> best;
    double wall = 0;
    for (int r = 0; r < rounds; r++) {
      std::vector<double> micros(queries.rows);
      const auto begin = Clock::now();
      for (size_t q = 0; q < queries.rows; q++) {
        const auto before = Clock::now();
        index.searchKnn(queries.row(q), k);
        micros[q] = since(before) * 1e6;
      }
      const double took = since(begin);
      std::sort(micros.begin(), micros.end());
      if (best.empty() || micros[micros.size() / 2] < best[best.size() / 2]) {
        best = micros;
        wall = took;
      }
    }
    const size_t last = std::min(best.size() - 1, size_t(0.99 * best.size()));
    std::printf(
        "{\"engine\":\"hnswlib_cpp\",\"n\":%zu,\"d\":%zu,\"parameters\":{\"k\":%zu,\"plan\":\"graph\",\"ef\":%zu,"
        "\"m\":%zu,\"ef_construction\":%zu,\"threads\":1,\"similarity\":\"%s\"},\"build_s\":%.3f,"
        "\"build_cpu_s\":%.3f,\"disk_bytes\":null,\"heap_bytes\":null,\"rss_bytes\":%ld,\"recall\":%.5f,"
        "\"qps\":%.1f,\"p50_us\":%.2f,\"p99_us\":%.2f}\n",
        base.rows, base.width, k, ef, m, efConstruction, similarity.c_str(), built, builtCpu, rssBytes(), recall,
        queries.rows / wall, best[best.size() / 2], best[last]);
    std::fflush(stdout);
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
