#include "client/report/line_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/html/frame.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Range {
  double low = kInfinity;
  double high = -kInfinity;
  void Take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

struct MeanAndDeviation {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double deviation = 0;
};

// Over the runs that have the epoch; the n - 1 form.
MeanAndDeviation Summarize(const std::vector<Run>& runs, size_t epoch) {
  std::vector<double> values;
  for (const Run& run : runs) {
    if (epoch < run.size() && std::isfinite(run[epoch])) values.push_back(run[epoch]);
  }
  if (values.empty()) return {};
  MeanAndDeviation result{.mean = 0};
  for (const double value : values) result.mean += value / static_cast<double>(values.size());
  for (const double value : values) {
    result.deviation += (value - result.mean) * (value - result.mean);
  }
  if (values.size() > 1) {
    result.deviation = std::sqrt(result.deviation / static_cast<double>(values.size() - 1));
  }
  return result;
}

class LineDrawing {
 public:
  explicit LineDrawing(const LineChart& chart)
      : chart_(chart),
        svg_(chart.width, chart.height, chart.label),
        box_(Box(chart)),
        epochs_(Epochs(chart)),
        x_(1, std::max<double>(2, epochs_), box_.left, box_.right),
        y_(ValueAxis()) {}

  std::string Draw() {
    DrawValueAxis(svg_, box_, y_, chart_.form, chart_.is_small ? 2 : 5);
    DrawNumberAxis(svg_, box_, x_, chart_.is_small ? "" : "epoch", AxisText::kNumber,
                   chart_.is_small ? 2 : 6);
    if (chart_.baseline.has_value()) {
      const double at = y_.At(*chart_.baseline);
      svg_.Line({box_.left, at}, {box_.right, at}, "baseline");
    }
    for (const LineSeries& series : chart_.series) DrawSeries(series);
    return svg_.Take();
  }

 private:
  static FrameBox Box(const LineChart& chart) {
    FrameBox box;
    box.right = chart.width - 12;
    box.bottom = chart.height - (chart.is_small ? 24 : 44);
    if (chart.is_small) box.left = 46;
    return box;
  }

  static size_t Epochs(const LineChart& chart) {
    size_t epochs = 1;
    for (const LineSeries& series : chart.series) {
      for (const Run& run : series.runs) epochs = std::max(epochs, run.size());
    }
    return epochs;
  }

  Axis ValueAxis() const {
    Range range;
    // The first steps from chance would flatten what follows; they leave the field below.
    const size_t first = chart_.form == AxisText::kPercent ? epochs_ / 4 : 0;
    for (const LineSeries& series : chart_.series) {
      for (const Run& run : series.runs) {
        for (size_t epoch = first; epoch < run.size(); ++epoch) range.Take(run[epoch]);
      }
    }
    if (chart_.baseline.has_value()) range.Take(*chart_.baseline);
    const bool log = chart_.may_be_log && range.low > 0 && range.high > 20 * range.low;
    if (log) return Axis(range.low, range.high, box_.bottom, box_.top, true);
    const double room = (range.high - range.low) * 0.04;
    double high = range.high + room;
    if (chart_.form == AxisText::kPercent) high = std::min(high, 1.0);
    return Axis(range.low - room, high, box_.bottom, box_.top);
  }

  void DrawSeries(const LineSeries& series) {
    std::vector<SvgPoint> mean, band, lower;
    for (size_t epoch = 0; epoch < epochs_; ++epoch) {
      const MeanAndDeviation at = Summarize(series.runs, epoch);
      if (!std::isfinite(at.mean)) continue;
      mean.push_back(Place(epoch, at.mean));
      band.push_back(Place(epoch, at.mean + at.deviation));
      lower.push_back(Place(epoch, at.mean - at.deviation));
    }
    band.insert(band.end(), lower.rbegin(), lower.rend());
    if (series.runs.size() > 1 && mean.size() > 1) svg_.Area(band, "band " + series.css);
    if (series.show_runs && series.runs.size() > 1) {
      for (const Run& run : series.runs) DrawRun(run, "run " + series.css);
    }
    if (mean.size() > 1) svg_.Path(mean, "line " + series.css);
    if (mean.size() == 1) svg_.Circle(mean[0], 3, "dot " + series.css);
  }

  void DrawRun(const Run& run, const std::string& css) {
    std::vector<SvgPoint> points;
    for (size_t epoch = 0; epoch < run.size(); ++epoch) {
      if (std::isfinite(run[epoch])) points.push_back(Place(epoch, run[epoch]));
    }
    if (points.size() > 1) svg_.Path(points, css);
  }

  SvgPoint Place(size_t epoch, double value) const {
    return {x_.At(static_cast<double>(epoch + 1)), y_.At(value)};
  }

  const LineChart& chart_;
  Svg svg_;
  const FrameBox box_;
  const size_t epochs_;
  const Axis x_;
  const Axis y_;
};

}  // namespace

std::string LineChartSvg(const LineChart& chart) { return LineDrawing(chart).Draw(); }

}  // namespace pleat
