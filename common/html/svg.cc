#include "common/html/svg.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

// Two digits are finer than any screen, and short.
std::string Number(double value) {
  std::string text = absl::StrFormat("%.2f", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string Point(SvgPoint point) { return absl::StrCat(Number(point.x), " ", Number(point.y)); }

std::string PathData(const std::vector<SvgPoint>& points) {
  std::string data;
  for (const SvgPoint& point : points) {
    absl::StrAppend(&data, data.empty() ? "M" : "L", Point(point));
  }
  return data;
}

std::string Class(std::string_view css) {
  return css.empty() ? "" : absl::StrCat(" class=\"", std::string(css), "\"");
}

}  // namespace

Svg::Svg(double width, double height, std::string_view label) {
  text_ = absl::StrCat("<svg viewBox=\"0 0 ", Number(width), " ", Number(height),
                       "\" role=\"img\" aria-label=\"", EscapeHtml(label), "\">");
}

void Svg::Line(SvgPoint from, SvgPoint to, std::string_view css) {
  absl::StrAppend(&text_, "<path d=\"", PathData({from, to}), "\"", Class(css), "/>");
}

void Svg::Path(const std::vector<SvgPoint>& points, std::string_view css, std::string_view tip) {
  absl::StrAppend(&text_, "<path fill=\"none\" d=\"", PathData(points), "\"", Class(css));
  Close("path", tip);
}

void Svg::Area(const std::vector<SvgPoint>& points, std::string_view css) {
  absl::StrAppend(&text_, "<path d=\"", PathData(points), "Z\"", Class(css), "/>");
}

void Svg::Rect(SvgPoint corner, double width, double height, std::string_view css,
               std::string_view tip, double opacity) {
  absl::StrAppend(&text_, "<rect x=\"", Number(corner.x), "\" y=\"", Number(corner.y),
                  "\" width=\"", Number(width), "\" height=\"", Number(height), "\"", Class(css));
  if (opacity < 1) absl::StrAppend(&text_, " fill-opacity=\"", Number(opacity), "\"");
  Close("rect", tip);
}

void Svg::Circle(SvgPoint center, double radius, std::string_view css, std::string_view tip) {
  absl::StrAppend(&text_, "<circle cx=\"", Number(center.x), "\" cy=\"", Number(center.y),
                  "\" r=\"", Number(radius), "\"", Class(css));
  Close("circle", tip);
}

void Svg::Diamond(SvgPoint center, double radius, std::string_view css, std::string_view tip) {
  const auto [x, y] = center;
  absl::StrAppend(&text_, "<path d=\"",
                  PathData({{x, y - radius}, {x + radius, y}, {x, y + radius}, {x - radius, y}}),
                  "Z\"", Class(css));
  Close("path", tip);
}

void Svg::Text(SvgPoint at, std::string_view text, std::string_view css) {
  absl::StrAppend(&text_, "<text x=\"", Number(at.x), "\" y=\"", Number(at.y), "\"", Class(css),
                  ">", EscapeHtml(text), "</text>");
}

void Svg::VerticalText(SvgPoint at, std::string_view text, std::string_view css) {
  absl::StrAppend(&text_, "<text transform=\"translate(", Point(at), ") rotate(-90)\"", Class(css),
                  ">", EscapeHtml(text), "</text>");
}

std::string Svg::Take() { return std::move(text_) + "</svg>"; }

void Svg::Close(std::string_view element, std::string_view tip) {
  if (tip.empty()) {
    text_ += "/>";
    return;
  }
  absl::StrAppend(&text_, "><title>", EscapeHtml(tip), "</title></", std::string(element), ">");
}

}  // namespace pleat
