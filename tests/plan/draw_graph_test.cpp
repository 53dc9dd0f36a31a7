#include <gtest/gtest.h>

#include "building.hpp"
#include "plan/draw_graph.hpp"

namespace pursuit {
namespace {

using namespace building;

Graph study(std::int64_t seeds) {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 20.5}, {"n_trials", 5}});
  weights.seeds.emplace();
  for (std::int64_t seed = 1; seed <= seeds; ++seed)
    weights.seeds->push_back(static_cast<std::uint64_t>(seed));
  return build_graph(expanded(
      {weights, stage_2("adapt", "weights", {{"n_trials", 3}, {"activation", "threshold"}})}));
}

TEST(DrawGraph, DotHasABoxARunAndAnArrowAChild) {
  const Graph graph = study(1);
  const std::string id_0 = graph.nodes[0].id.substr(0, 12), id_1 = graph.nodes[1].id.substr(0, 12);
  EXPECT_EQ(draw_graph(graph, GraphFormat::dot),
            "digraph plan {\n"
            "  rankdir=LR;\n"
            "  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n"
            "  n0 [label=\"weights\\nN=100 tau=20.5 gain=1.5\\nseed=1\\n" +
                id_0 +
                "\"];\n"
                "  n1 [label=\"adapt\\nthreshold N=100 tau=20.5 gain=1.5\\nseed=1\\n" +
                id_1 +
                "\"];\n"
                "  n0 -> n1;\n"
                "}\n");
}

TEST(DrawGraph, MermaidHasABoxARunAndAnArrowAChild) {
  const Graph graph = study(1);
  const std::string id_0 = graph.nodes[0].id.substr(0, 12), id_1 = graph.nodes[1].id.substr(0, 12);
  EXPECT_EQ(draw_graph(graph, GraphFormat::mermaid),
            "flowchart LR\n"
            "  n0[\"weights<br/>N=100 tau=20.5 gain=1.5<br/>seed=1<br/>" +
                id_0 +
                "\"]\n"
                "  n1[\"adapt<br/>threshold N=100 tau=20.5 gain=1.5<br/>seed=1<br/>" +
                id_1 +
                "\"]\n"
                "  n0 --> n1\n");
}

TEST(DrawGraph, ModelsMadeElsewhereAreEscapedBoxes) {
  Graph graph =
      build_graph(expanded({stage_1("weights", {{"N", 1}, {"tau", 1}, {"n_trials", 5}})}));
  graph.nodes[0].spec.parent_file = {"a \"b\" <c>\\d.mat", std::string(64, 'f')};
  EXPECT_NE(draw_graph(graph, GraphFormat::dot)
                .find("  n1 [label=\"a \\\"b\\\" <c>\\\\d.mat\\nffffffffffff\", shape=note];\n"
                      "  n1 -> n0;\n"),
            std::string::npos);
  EXPECT_NE(draw_graph(graph, GraphFormat::mermaid)
                .find("  n1([\"a #quot;b#quot; #lt;c#gt;\\d.mat<br/>ffffffffffff\"])\n"
                      "  n1 --> n0\n"),
            std::string::npos);
}

TEST(DrawGraph, ManyRunsAreGroupedByStage) {
  const std::string dot = draw_graph(study(101), GraphFormat::dot);
  EXPECT_EQ(dot, "digraph plan {\n"
                 "  rankdir=LR;\n"
                 "  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n"
                 "  n0 [label=\"weights\\n101 runs\\nN=100\\ntau=20.5\\ngain=1.5\\n"
                 "seed: 101 values\"];\n"
                 "  n1 [label=\"adapt\\n101 runs\\nN=100\\ntau=20.5\\ngain=1.5\\n"
                 "activation=threshold\\nseed: 101 values\"];\n"
                 "  n0 -> n1 [label=\"101\"];\n"
                 "}\n");
  EXPECT_NE(draw_graph(study(101), GraphFormat::mermaid).find("  n0 -->|\"101\"| n1\n"),
            std::string::npos);
  EXPECT_NE(draw_graph(study(100), GraphFormat::dot).find("n199 ["), std::string::npos)
      << "200 runs are still drawn one by one";
}

} // namespace
} // namespace pursuit
