// A whole page.
#pragma once

#include <string>
#include <string_view>

namespace pleat {

// A page that needs nothing else: the style (page_style.h) is inside. `title` is text; `header` and
// `sections` are markup; `style` holds the page's own rules after the shared ones.
std::string HtmlPage(std::string_view title, const std::string& header, const std::string& sections,
                     const std::string& style = "");

}  // namespace pleat
