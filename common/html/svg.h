// A drawing as SVG text, to stand inside an HTML page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pleat {

// What a chart is wide unless it says otherwise, in its own units; the page scales it.
inline constexpr double kChartWidth = 440;

struct SvgPoint {
  double x = 0;
  double y = 0;
};

// Collects shapes; lengths are in the drawing's own units, y downwards. Colours and strokes come
// from the page's style sheet by class, so that a drawing follows light and dark. Text is escaped.
class Svg {
 public:
  // `label` is what a screen reader says.
  Svg(double width, double height, std::string_view label);

  void Line(SvgPoint from, SvgPoint to, std::string_view css);
  // An open line through the points.
  void Path(const std::vector<SvgPoint>& points, std::string_view css, std::string_view tip = "");
  // A closed shape.
  void Area(const std::vector<SvgPoint>& points, std::string_view css);
  // `tip` is shown when the pointer rests on it. `opacity` of its fill.
  void Rect(SvgPoint corner, double width, double height, std::string_view css,
            std::string_view tip = "", double opacity = 1);
  void Circle(SvgPoint center, double radius, std::string_view css, std::string_view tip = "");
  void Diamond(SvgPoint center, double radius, std::string_view css, std::string_view tip = "");
  // `css` may name "end" or "middle" for the anchor.
  void Text(SvgPoint at, std::string_view text, std::string_view css = "");
  // Reads upwards.
  void VerticalText(SvgPoint at, std::string_view text, std::string_view css = "");

  // The whole element.
  std::string Take();

 private:
  void Close(std::string_view element, std::string_view tip);

  std::string text_;
};

}  // namespace pleat
