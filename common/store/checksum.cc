#include "common/store/checksum.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <new>

#include "absl/strings/escaping.h"

namespace pleat {
namespace {

// Looked up once: EVP_sha256() names an algorithm that OpenSSL 3 fetches anew for each digest.
const EVP_MD* Algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched != nullptr ? fetched : EVP_sha256();
}

}  // namespace

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {
    if (context == nullptr || EVP_DigestInit_ex(context, Algorithm(), nullptr) != 1) {
      throw std::bad_alloc();
    }
  }
  ~State() { EVP_MD_CTX_free(context); }

  void Update(std::string_view piece) { EVP_DigestUpdate(context, piece.data(), piece.size()); }
  std::string Finish() {
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return digest;
  }

  EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::Update(std::string_view piece) { state_->Update(piece); }

std::string Sha256::FinishHex() { return absl::BytesToHexString(state_->Finish()); }

std::string Sha256Raw(std::string_view bytes) {
  std::string digest(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             Algorithm(), nullptr);
  return digest;
}

std::string Sha256Hex(std::string_view bytes) { return absl::BytesToHexString(Sha256Raw(bytes)); }

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace pleat
