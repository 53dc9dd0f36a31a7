// Which slots an option means, and which devices there are.
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "schedule/slot.hpp"

namespace pursuit {
namespace {

Gpu gpu(int index, const std::string &uuid, int multiprocessors = 132,
        std::uint64_t memory_bytes = 140ull << 30) {
  return {index, uuid, "NVIDIA H200", memory_bytes, multiprocessors};
}

const GpuList k_two = {{gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")}, ""};
const GpuList k_none = {{}, "no NVIDIA driver (libnvidia-ml.so.1 not found)"};

std::vector<std::string> labels(const std::vector<Slot> &slots) {
  std::vector<std::string> result;
  for (const Slot &slot : slots) result.push_back(slot.label);
  return result;
}

// What the refusal says, or "" if there is none.
std::string refusal(const std::string &devices, bool runs_on_gpu, const GpuList &gpus) {
  try {
    choose_slots(devices, runs_on_gpu, gpus, 4);
  } catch (const ConfigError &error) {
    return error.what();
  }
  return "";
}

using Labels = std::vector<std::string>;

TEST(Slots, AutoTakesEveryGpuElseTheCores) {
  EXPECT_EQ(labels(choose_slots("auto", true, k_two, 4)), (Labels{"cuda:0", "cuda:1"}));
  EXPECT_EQ(labels(choose_slots("auto", true, k_none, 2)), (Labels{"cpu 0", "cpu 1"}));
  EXPECT_EQ(labels(choose_slots("auto", false, k_two, 2)), (Labels{"cpu 0", "cpu 1"}));
}

TEST(Slots, CpuIsOneSlotACoreOrAsManyAsAsked) {
  EXPECT_EQ(choose_slots("cpu", true, k_two, 3).size(), 3u);
  EXPECT_EQ(choose_slots("cpu:64", true, k_two, 3).size(), 64u);
  const Slot slot = choose_slots("cpu:1", false, k_none, 3)[0];
  EXPECT_EQ(slot.kind, DeviceKind::cpu);
  EXPECT_EQ(slot.sharing.most, 1);
  EXPECT_EQ(slot.uuid, "");
}

TEST(Slots, ACoreTakesAsManySiblingsAsTheEngineGainsFromAndAGpuItsOwn) {
  for (const std::string devices : {"auto", "cpu", "cpu:2"}) {
    for (const Slot &slot :
         choose_slots(devices, true, k_none, 2, {Sharing::Among::siblings, 3, 0.5})) {
      EXPECT_EQ(slot.sharing.most, 3) << devices;
    }
  }
  const Sharing on_gpu =
      choose_slots("cuda:0", true, k_two, 2, {Sharing::Among::siblings, 3, 0.5}, 0.01)[0].sharing;
  EXPECT_EQ(on_gpu.among, Sharing::Among::shape);
  EXPECT_EQ(on_gpu.most, 132);
  EXPECT_EQ(on_gpu.further, 0.01);
}

TEST(Slots, NamedGpusInTheOrderAsked) {
  const std::vector<Slot> slots = choose_slots("cuda:1,0", true, k_two, 4);
  EXPECT_EQ(labels(slots), (Labels{"cuda:1", "cuda:0"}));
  EXPECT_EQ(slots[0].uuid, "GPU-bbbb");
  EXPECT_EQ(slots[0].kind, DeviceKind::cuda);
  EXPECT_EQ(slots[0].device, 1);
  EXPECT_EQ(labels(choose_slots("cuda", true, k_two, 4)), (Labels{"cuda:0", "cuda:1"}));
}

TEST(Slots, APackFillsTheMultiprocessorsAsFarAsMemoryGoes) {
  EXPECT_EQ(choose_slots("cuda", true, {{gpu(0, "GPU-a", 132)}, ""}, 1)[0].sharing.most, 132);
  EXPECT_EQ(choose_slots("cuda", true, {{gpu(0, "GPU-a", 0)}, ""}, 1)[0].sharing.most, 64);
  EXPECT_EQ(choose_slots("cuda", true, {{gpu(0, "GPU-a", 132, 1ull << 30)}, ""}, 1)[0].sharing.most,
            16);
  EXPECT_EQ(choose_slots("cuda", true, {{gpu(0, "GPU-a", 132, 0)}, ""}, 1)[0].sharing.most, 1);
}

TEST(Slots, RefusalsSayWhyAndWhatIsThere) {
  EXPECT_NE(refusal("cuda", true, k_none).find("libnvidia-ml.so.1 not found"), std::string::npos);
  const std::string absent = refusal("cuda:0,7", true, k_two);
  EXPECT_NE(absent.find("no cuda:7"), std::string::npos) << absent;
  EXPECT_NE(absent.find("cuda:0 (NVIDIA H200), cuda:1 (NVIDIA H200)"), std::string::npos) << absent;
  EXPECT_NE(refusal("cuda", false, k_two).find("does not run on a GPU"), std::string::npos);
  EXPECT_NE(refusal("cuda:0,0", true, k_two).find("twice"), std::string::npos);
  EXPECT_NE(refusal("cdua:0", true, k_two).find("did you mean \"cuda\"?"), std::string::npos);
}

TEST(Slots, BadSyntaxIsRefused) {
  for (const std::string devices :
       {"cpu:0", "cpu:", "cpu:-1", "cpu:2x", "cpu:1.5", "cpu:99999999999", "cpu:5000",
        "cuda:", "cuda:x", "cuda:0,", "cuda:,0", "cuda:-1", "", "gpu", "CPU", "cuda 0"}) {
    EXPECT_NE(refusal(devices, true, k_two), "") << devices;
  }
}

TEST(VisibleGpus, IndexesAndBeginningsOfUuids) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aaaa-1"), gpu(1, "GPU-bbbb-2"), gpu(2, "GPU-cccc-3")};
  const GpuList list = visible_gpus(all, "2,GPU-aa");
  ASSERT_EQ(list.gpus.size(), 2u);
  EXPECT_EQ(list.gpus[0].uuid, "GPU-cccc-3");
  EXPECT_EQ(list.gpus[0].index, 0); // counted anew, as CUDA does
  EXPECT_EQ(list.gpus[1].uuid, "GPU-aaaa-1");
  EXPECT_EQ(list.gpus[1].index, 1);
}

std::vector<std::string> uuids(const GpuList &list) {
  std::vector<std::string> result;
  for (const Gpu &found : list.gpus) result.push_back(found.uuid);
  return result;
}

TEST(VisibleGpus, BlanksAndWhatFollowsANumberAreNothing) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")};
  for (const char *both : {"0,1", "0, 1", " 0 ,\t1 ", "0,\n1\r\n", "+0,01", "0th,1st",
                           "GPU-aaaa, GPU-bbbb", " 0 , GPU-bb ", "0,1,"}) {
    const GpuList list = visible_gpus(all, both);
    EXPECT_EQ(uuids(list), (Labels{"GPU-aaaa", "GPU-bbbb"})) << both;
    EXPECT_EQ(list.notice, "") << both;
  }
  EXPECT_EQ(uuids(visible_gpus(all, " 1")), Labels{"GPU-bbbb"});
  EXPECT_EQ(uuids(visible_gpus(all, "1 ")), Labels{"GPU-bbbb"});
}

TEST(VisibleGpus, OneNamedTwiceLeavesNone) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")};
  for (const char *twice : {"0,0", "0,1, 0", "GPU-aa,GPU-aaaa", "GPU-bbbb,1", "1,+1,0"}) {
    const GpuList list = visible_gpus(all, twice);
    EXPECT_TRUE(list.gpus.empty()) << twice;
    EXPECT_NE(list.why_none.find("twice"), std::string::npos) << list.why_none;
  }
  EXPECT_EQ(visible_gpus(all, "1,7,1").gpus.size(),
            1u); // behind the end of the list nothing counts
}

TEST(VisibleGpus, TheBeginningOfAUuidNamesOneGpuOrNone) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aa11"), gpu(1, "GPU-aa22"), gpu(2, "GPU-bb33")};
  EXPECT_EQ(uuids(visible_gpus(all, "GPU-aa2,GPU-b")), (Labels{"GPU-aa22", "GPU-bb33"}));
  const GpuList list = visible_gpus(all, "GPU-bb33,GPU-aa,0");
  EXPECT_EQ(uuids(list), Labels{"GPU-bb33"});
  EXPECT_NE(list.notice.find("\"GPU-aa\" begins the UUID of more than one GPU"), std::string::npos)
      << list.notice;
  EXPECT_TRUE(visible_gpus({gpu(0, "GPU-aa11")}, "GPU-").gpus.empty());
}

TEST(VisibleGpus, AMigSliceIsNamedAsOne) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")};
  for (const char *slice :
       {"MIG-377e0049-554c-540b-93c6-d0976f8426cb", "MIG-GPU-aaaa/1/0", " MIG-377e0049 "}) {
    const GpuList list = visible_gpus(all, slice);
    EXPECT_TRUE(list.gpus.empty()) << slice;
    EXPECT_NE(list.why_none.find("is a MIG slice, which is not supported"), std::string::npos)
        << list.why_none;
    EXPECT_EQ(list.why_none.find("hides"), std::string::npos) << list.why_none;
  }
  const GpuList mixed = visible_gpus(all, "1,MIG-377e0049");
  EXPECT_EQ(uuids(mixed), Labels{"GPU-bbbb"});
  EXPECT_NE(mixed.notice.find("MIG slice"), std::string::npos) << mixed.notice;
}

TEST(VisibleGpus, AnEntryThatNamesNoGpuIsToldOfUnlessItIsMeantAsTheEnd) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")};
  EXPECT_EQ(
      visible_gpus(all, "0,7").notice,
      "CUDA_VISIBLE_DEVICES=\"0,7\": \"7\" names no GPU of this machine: the list ends there");
  EXPECT_EQ(visible_gpus(all, "0,-1,1").notice, "");
}

TEST(VisibleGpus, TheFirstThatIsNoGpuEndsTheList) {
  const std::vector<Gpu> all = {gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")};
  EXPECT_EQ(visible_gpus(all, "0,-1,1").gpus.size(), 1u);
  EXPECT_EQ(visible_gpus(all, "1,7,0").gpus.size(), 1u);
  for (const char *hidden : {"", "-1", "NoDevFiles", "GPU-", "GPU-zz"}) {
    const GpuList list = visible_gpus(all, hidden);
    EXPECT_TRUE(list.gpus.empty()) << hidden;
    EXPECT_NE(list.why_none.find("CUDA_VISIBLE_DEVICES"), std::string::npos);
  }
}

// On a machine without a driver this is the message; with one, every GPU has what a worker needs.
TEST(ListGpus, SaysWhyThereIsNoneOrNamesThem) {
  const GpuList list = list_gpus();
  EXPECT_EQ(list.gpus.empty(), !list.why_none.empty());
  for (const Gpu &found : list.gpus) {
    EXPECT_EQ(found.uuid.rfind("GPU-", 0), 0u);
    EXPECT_NE(found.name, "");
    EXPECT_GT(found.memory_bytes, 0u);
  }
}

} // namespace
} // namespace pursuit
