// The style sheet of pages.
#pragma once

namespace pleat {

// CSS: light and dark by the reader's setting, one column on a phone, light and unbroken figures on
// paper. Fonts are the reader's own.
extern const char kPageStyle[];

}  // namespace pleat
