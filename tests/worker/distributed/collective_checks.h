// What every kind of channel must do. Each function is called by all ranks of a fresh channel.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "worker/distributed/communicator.h"

namespace pleat {

// Numbers whose sum depends on the order of addition.
inline std::vector<float> UnevenNumbers(int rank, int64_t count) {
  std::vector<float> numbers(count);
  for (int64_t i = 0; i < count; ++i) {
    numbers[i] = std::ldexp(1.0f + 0.1f * static_cast<float>(i % 7 + rank), (rank * 11) % 25);
  }
  return numbers;
}

// UnevenNumbers of all ranks, added from rank 0 up.
inline std::vector<float> SumInRankOrder(int size, int64_t count) {
  std::vector<float> sum = UnevenNumbers(0, count);
  for (int rank = 1; rank < size; ++rank) {
    std::vector<float> addend = UnevenNumbers(rank, count);
    for (int64_t i = 0; i < count; ++i) sum[i] += addend[i];
  }
  return sum;
}

inline void CheckSumsInRankOrder(Communicator& channel) {
  for (int64_t count : {0, 1, 2, 1000, 100'003}) {
    std::vector<float> numbers = UnevenNumbers(channel.rank(), count);
    absl::Status status = channel.AllReduceSum({numbers.data(), count, Buffer::Type::kFloat32});
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(numbers, SumInRankOrder(channel.size(), count)) << count << " numbers";
  }
}

inline void CheckSumsOfAllTypes(Communicator& channel) {
  double real = 0.25 + channel.rank();
  int64_t whole = (int64_t{1} << 60) + channel.rank();
  ASSERT_TRUE(channel.AllReduceSum({&real, 1, Buffer::Type::kFloat64}).ok());
  ASSERT_TRUE(channel.AllReduceSum({&whole, 1, Buffer::Type::kInt64}).ok());
  const int n = channel.size();
  EXPECT_EQ(real, 0.25 * n + n * (n - 1) / 2);
  EXPECT_EQ(whole, (int64_t{1} << 60) * n + n * (n - 1) / 2);
  char byte = 1;
  EXPECT_EQ(channel.AllReduceSum({&byte, 1, Buffer::Type::kByte}).code(),
            absl::StatusCode::kInvalidArgument);
}

inline void CheckOverlappingSums(Communicator& channel) {
  constexpr int kSums = 20;
  std::vector<std::vector<float>> numbers;
  std::vector<std::unique_ptr<PendingCollective>> sums;
  for (int i = 0; i < kSums; ++i) {
    std::vector<float>& mine = numbers.emplace_back(UnevenNumbers(channel.rank(), 10'000 + i));
    auto sum = channel.StartAllReduceSum(
        {mine.data(), static_cast<int64_t>(mine.size()), Buffer::Type::kFloat32});
    ASSERT_TRUE(sum.ok()) << sum.status();
    sums.push_back(*std::move(sum));
  }
  for (int i = kSums - 1; i >= 0; --i) {
    ASSERT_TRUE(sums[i]->Wait().ok());
    EXPECT_EQ(numbers[i], SumInRankOrder(channel.size(), 10'000 + i));
  }
}

inline void CheckBroadcasts(Communicator& channel) {
  for (int root = 0; root < channel.size(); ++root) {
    std::vector<int64_t> numbers(5, channel.rank());
    ASSERT_TRUE(channel.Broadcast({numbers.data(), 5, Buffer::Type::kInt64}, root).ok());
    EXPECT_EQ(numbers, std::vector<int64_t>(5, root));
  }
  std::string text = channel.rank() == 0 ? std::string("fold\0 3", 7) : "something longer";
  ASSERT_TRUE(channel.BroadcastString(text).ok());
  EXPECT_EQ(text, std::string("fold\0 3", 7));
  text = channel.rank() == 0 ? "" : "not empty";
  ASSERT_TRUE(channel.BroadcastString(text).ok());
  EXPECT_EQ(text, "");
}

inline void CheckGathers(Communicator& channel) {
  const int64_t mine[] = {channel.rank(), 10 * channel.rank()};
  std::vector<int64_t> all(2 * channel.size()), expected;
  absl::Status status =
      channel.AllGather({const_cast<int64_t*>(mine), 2, Buffer::Type::kInt64},
                        {all.data(), static_cast<int64_t>(all.size()), Buffer::Type::kInt64});
  ASSERT_TRUE(status.ok()) << status;
  for (int rank = 0; rank < channel.size(); ++rank) {
    expected.insert(expected.end(), {rank, 10 * rank});
  }
  EXPECT_EQ(all, expected);
  EXPECT_TRUE(channel.Barrier().ok());
}

}  // namespace pleat
