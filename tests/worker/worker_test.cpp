// A worker as its scheduler sees it: lines and claims down a socket, events up a pipe.
#include <array>
#include <cstdio>
#include <cstring>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "base/disk.hpp"
#include "base/temporary_folder.hpp"
#include "schedule/claims.hpp"
#include "worker/worker.hpp"
#include "worker_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

class LiveWorker : public WorkerJobTest {
protected:
  LiveWorker() {
    std::array<int, 2> in{}, out{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()), 0);
    EXPECT_EQ(::pipe(out.data()), 0);
    in_ = in[0];
    out_ = ::fdopen(out[0], "r");
    thread_ = std::thread([in = in[1], out = out[1]] {
      run_worker(in, out);
      ::close(in);
    });
  }
  ~LiveWorker() override {
    ::close(in_);
    thread_.join();
    std::fclose(out_);
  }

  WorkerJob long_job() {
    WorkerJob one = job(8000);
    one.pack_id = "p";
    one.output_dir = folder_.path();
    return one;
  }

  // With the claims of its runs, one for each.
  void send(const WorkerOrder &order, const std::vector<WorkerRun> &runs) {
    std::string line = to_line(order);
    std::vector<FileLock> claims;
    for (const WorkerRun &run : runs)
      claims.push_back(FileLock::try_take(claim_path(folder_.path(), run.id)).value());
    iovec bytes{line.data(), line.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(4 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(claims.size() * sizeof(int));
    cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(claims.size() * sizeof(int));
    for (std::size_t i = 0; i < claims.size(); ++i) {
      const int fd = claims[i].fd();
      std::memcpy(CMSG_DATA(head) + i * sizeof fd, &fd, sizeof fd);
    }
    ASSERT_EQ(::sendmsg(in_, &message, 0), static_cast<ssize_t>(line.size()));
  }

  // The next event of this kind; those before it are in events_.
  template <typename What> What next() {
    while (true) {
      std::array<char, 65536> line;
      if (std::fgets(line.data(), line.size(), out_) == nullptr) {
        ADD_FAILURE() << "the worker is gone";
        return {};
      }
      events_.push_back(parse_event(line.data()));
      if (const What *what = std::get_if<What>(&events_.back())) return *what;
    }
  }

  std::string model(const WorkerRun &run) {
    return real_disk().read(folder_.path() / run.model_path).value_or("none");
  }

  TemporaryFolder folder_;

private:
  int in_ = -1;
  std::FILE *out_ = nullptr;
  std::thread thread_;
};

TEST_F(LiveWorker, RunsJoinAJobUnderWayAndOneThatHasEnded) {
  const WorkerJob long_one = long_job();
  const WorkerRun joins = stage_1(5, 2), late = stage_1(5, 3);
  send(long_one, long_one.runs);
  next<JobBegun>();
  send(WorkerExtension{"p", {joins}}, {joins});
  EXPECT_EQ(next<RunDone>().run, 1) << "it waits for the job's end";
  EXPECT_EQ(next<RunDone>().run, 0);
  EXPECT_EQ(next<JobEnded>().runs, 2);
  send(WorkerExtension{"p", {late}}, {late});
  EXPECT_EQ(next<RunDone>().run, 2);
  EXPECT_EQ(next<JobEnded>().runs, 3);

  for (const WorkerRun &run : {long_one.runs[0], joins, late}) { // as alone
    const std::string together = model(run);
    WorkerJob alone = long_one;
    alone.runs = {run};
    send(alone, alone.runs);
    next<JobEnded>();
    EXPECT_TRUE(model(run) == together);
  }
}

} // namespace
} // namespace pursuit
