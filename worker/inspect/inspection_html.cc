#include "worker/inspect/inspection_html.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/html/html_page.h"
#include "common/html/html_section.h"
#include "common/html/html_table.h"
#include "common/html/html_text.h"
#include "worker/inspect/bar_chart.h"
#include "worker/inspect/duplicates_csv.h"

namespace pleat {
namespace {

constexpr size_t kNamedRows = 4;  // of a duplicate

const char kStyle[] = R"(
.note ul { margin: 4px 0 0; padding-left: 20px; }
.panel { margin: 0 0 14px; }
.lane { display: grid; grid-template-columns: 110px 100px minmax(0, 1fr); gap: 12px; align-items: center;
  padding: 6px 0; border-top: 1px solid var(--rule); break-inside: avoid; }
.heads + .lane { border-top: 0; }
.lane p { margin: 0; overflow-wrap: anywhere; line-height: 1.3; } .lane small { display: block; color: var(--soft); }
.lane img, figure img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; border-radius: 3px; }
.card img { height: auto; }
.lanes .heads { color: var(--soft); font-size: 12.5px; border-top: 0; padding: 0 0 4px; }
figure p { margin: -4px 0 10px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.wide { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; margin: 14px 0; }
.wide img { width: min(100%, 960px); }
@media (max-width: 600px) { .lane { grid-template-columns: minmax(0, 1fr) 64px; gap: 4px 10px; }
  .lane .samples { grid-column: 1 / 3; } .lane .mean { justify-self: end; width: 64px; } .lanes .heads { display: none; }
  .lane img, figure img { image-rendering: auto; } }
@media print { .lane { grid-template-columns: 80px 60px minmax(0, 1fr); padding: 3px 0; } .wide { grid-template-columns: 1fr 1fr; } }
)";

std::string RowsText(uint64_t rows) {
  return absl::StrCat(CountText(rows), rows == 1 ? " row" : " rows");
}

std::string ClassText(const Inspection& inspection, int64_t label) {
  return label < 0 ? "no label" : inspection.class_names[static_cast<size_t>(label)];
}

// `alt` is text.
std::string Image(const InspectionImage& image, const std::string& alt,
                  const std::string& css = "") {
  return absl::StrCat("<img", css.empty() ? "" : absl::StrCat(" class=\"", css, "\""), " alt=\"",
                      EscapeHtml(alt), "\" width=\"", image.width, "\" height=\"", image.height,
                      "\" src=\"data:image/png;base64,", absl::Base64Escape(image.png), "\"/>");
}

// Images that stand in rows of several splits.
uint64_t Between(const DuplicateFacts& duplicates) {
  uint64_t sets = 0;
  for (const DuplicateSet& set : duplicates.sets) sets += set.is_between_splits ? 1 : 0;
  return sets;
}

std::string Header(const Inspection& inspection) {
  std::string tiles;
  for (const SplitFacts& split : inspection.splits) {
    tiles += Tile(CountText(split.rows), split.name + " rows");
  }
  tiles += Tile(CountText(inspection.class_names.size()), "classes");
  const SplitFacts& train = inspection.splits.front();
  if (!train.group_rows.empty()) tiles += Tile(CountText(train.group_rows.size()), "train groups");
  tiles += Tile(absl::StrCat(inspection.shape.height, " × ", inspection.shape.width),
                inspection.shape.channels == 1 ? "grey pixels" : "RGB pixels");
  tiles += Tile(CountText(Between(inspection.duplicates)), "images in several splits");
  return absl::StrCat("<div class=\"eyebrow\">Pleat · a look before training</div><h1>",
                      EscapeHtml(inspection.name), "</h1><div class=\"tiles\">", tiles, "</div>\n");
}

std::string FindingsSection(const Inspection& inspection) {
  if (inspection.findings.empty()) {
    return Section(
        "Findings", "",
        "<p class=\"note good\"><b>Nothing stands out</b>: every class has rows in every "
        "labelled split, and no image stands in two rows.</p>\n");
  }
  std::string list;
  for (const std::string& finding : inspection.findings) {
    absl::StrAppend(&list, "<li>", EscapeHtml(finding), "</li>");
  }
  return Section("Findings", "",
                 absl::StrCat("<div class=\"note bad\"><b>To look at before training</b><ul>", list,
                              "</ul></div>\n"));
}

std::string SpreadText(const std::vector<uint64_t>& rows) {
  const CountSpread spread = SpreadOf(rows);
  return absl::StrCat(CountText(spread.smallest), " / ", CountText(spread.median), " / ",
                      CountText(spread.largest));
}

std::string SplitsSection(const Inspection& inspection) {
  HtmlTable table{.columns = {{"split", false},
                              {"rows"},
                              {"classes with rows"},
                              {"rows of a class"},
                              {"groups"},
                              {"rows of a group"},
                              {"pixel values"}}};
  for (const SplitFacts& split : inspection.splits) {
    const auto filled = split.class_rows.size() -
                        static_cast<size_t>(std::ranges::count(split.class_rows, uint64_t{0}));
    table.rows.push_back({EscapeHtml(split.name), CountText(split.rows),
                          split.is_labelled ? CountText(filled) : "no labels",
                          split.is_labelled ? SpreadText(split.class_rows) : "–",
                          split.group_rows.empty() ? "–" : CountText(split.group_rows.size()),
                          split.group_rows.empty() ? "–" : SpreadText(split.group_rows),
                          absl::StrCat(split.least, " to ", split.largest)});
  }
  return Section("Splits", "Rows of a class or group: the fewest / the median / the most.",
                 TableHtml(table));
}

std::string Histogram(const std::string& split, const std::string& what,
                      std::vector<std::string> names, const std::vector<uint64_t>& rows) {
  for (size_t i = names.size(); i < rows.size(); ++i) names.push_back(absl::StrCat(i));
  return Figure(split, BarChartSvg({.label = absl::StrCat(split, ": rows by ", what),
                                    .what = what,
                                    .names = std::move(names),
                                    .rows = rows}));
}

std::string ClassesSection(const Inspection& inspection) {
  std::string figures;
  for (const SplitFacts& split : inspection.splits) {
    if (split.class_rows.empty()) continue;
    figures += Histogram(split.name, "class", inspection.class_names, split.class_rows);
  }
  return Section("Rows by class", "", Grid(figures));
}

std::string GroupsSection(const Inspection& inspection) {
  std::string groups, origins;
  for (const SplitFacts& split : inspection.splits) {
    if (!split.group_rows.empty()) {
      groups += Histogram(split.name, "group", split.group_names, split.group_rows);
    }
    if (!split.origin_rows.empty()) {
      origins += Histogram(split.name, "set", split.origin_names, split.origin_rows);
    }
  }
  return Section("Rows by group", "Rows of one group never stand on both sides of a group fold.",
                 Grid(groups)) +
         Section("Rows by set", "The sets that were merged.", Grid(origins));
}

std::string Lane(const Inspection& inspection, const SplitFacts& facts, const ClassImages& images) {
  const uint64_t rows =
      images.label < 0 ? facts.rows : facts.class_rows[static_cast<size_t>(images.label)];
  const std::string name = ClassText(inspection, images.label);
  return absl::StrCat("<div class=\"lane\"><p><b>", EscapeHtml(name), "</b><small>", RowsText(rows),
                      "</small></p>", Image(images.mean, absl::StrCat("mean of ", name), "mean"),
                      Image(images.samples, absl::StrCat("samples of ", name), "samples"),
                      "</div>\n");
}

std::string ImagesSection(const Inspection& inspection) {
  std::string panels;
  for (size_t i = 0; i < inspection.images.size(); ++i) {
    const SplitImages& split = inspection.images[i];
    std::string lanes;
    for (const ClassImages& images : split.classes) {
      lanes += Lane(inspection, inspection.splits[i], images);
    }
    if (split.left_out > 0) {
      absl::StrAppend(&lanes, "<p class=\"lead\">", CountText(split.left_out),
                      " more classes are not shown.</p>");
    }
    absl::StrAppend(&panels, "<h3>", EscapeHtml(split.split),
                    "</h3><div class=\"panel lanes\"><div class=\"lane heads\"><span>class</span>"
                    "<span>mean</span><span>some rows</span></div>",
                    lanes, "</div>\n");
  }
  return Section("Images",
                 "The mean of all rows of a class, and some of them, drawn at random but the same "
                 "each time.",
                 panels);
}

// "train row 3 (dog/1.png): dog".
std::string RowText(const Inspection& inspection, const RowPlace& place) {
  return absl::StrCat(inspection.splits[place.split].name, " row ", place.row,
                      place.id.empty() ? "" : absl::StrCat(" (", place.id, ")"), ": ",
                      ClassText(inspection, place.label));
}

std::string DuplicateCard(const Inspection& inspection, const DuplicateImage& duplicate) {
  std::vector<std::string> lines;
  for (const RowPlace& place : duplicate.rows.rows) {
    if (lines.size() == kNamedRows) {
      lines.push_back(absl::StrCat("and ", duplicate.rows.rows.size() - kNamedRows, " more"));
      break;
    }
    lines.push_back(EscapeHtml(RowText(inspection, place)));
  }
  return absl::StrCat("<div class=\"card\">",
                      Image(duplicate.image, "an image that stands in several rows"), "<p",
                      duplicate.rows.is_conflict ? " class=\"wrong\"" : "", ">",
                      absl::StrJoin(lines, "<br/>"), "</p></div>\n");
}

std::string DuplicatesSection(const Inspection& inspection) {
  const DuplicateFacts& duplicates = inspection.duplicates;
  constexpr char kHeading[] = "Duplicates";
  if (duplicates.sets.empty()) {
    return Section(kHeading, "",
                   "<p class=\"note good\">No two rows have the same image, within a split or "
                   "between splits.</p>\n");
  }
  HtmlTable table{.columns = {{"", false}, {"repeat an earlier row"}}};
  for (const SplitFacts& split : inspection.splits) {
    table.columns.push_back({"also in " + split.name});
  }
  for (size_t a = 0; a < duplicates.rows.size(); ++a) {
    std::vector<std::string> cells = {
        absl::StrCat("rows of ", EscapeHtml(inspection.splits[a].name)),
        CountText(duplicates.rows[a][a])};
    for (size_t b = 0; b < duplicates.rows.size(); ++b) {
      cells.push_back(a == b ? "" : CountText(duplicates.rows[a][b]));
    }
    table.rows.push_back(std::move(cells));
  }
  std::string cards;
  for (const DuplicateImage& duplicate : inspection.shown_duplicates) {
    cards += DuplicateCard(inspection, duplicate);
  }
  const size_t shown = inspection.shown_duplicates.size();
  const std::string title =
      shown == duplicates.sets.size()
          ? absl::StrCat("The ", shown == 1 ? "image" : absl::StrCat(shown, " images"))
          : absl::StrCat(shown, " of ", CountText(duplicates.sets.size()), " images");
  return Section(
      kHeading,
      "Images that are equal to the last byte: found by hash, then compared. Rows are "
      "numbered from 0; red ones have different classes.",
      absl::StrCat(TableHtml(table), "<h3>", title,
                   "</h3><p class=\"lead\">Every row of every one: <a href=\"", kDuplicatesFile,
                   "\">", kDuplicatesFile, "</a></p><div class=\"gallery\">\n", cards, "</div>\n"));
}

std::string PreviewSection(const std::string& heading, const std::string& lead,
                           const std::vector<PreviewGrid>& grids, const std::string& after) {
  std::string figures;
  for (const PreviewGrid& grid : grids) {
    figures +=
        Figure(grid.title, absl::StrCat(grid.note.empty() ? "" : "<p>", EscapeHtml(grid.note),
                                        grid.note.empty() ? "" : "</p>",
                                        Image(grid.image, grid.title + ", drawn")));
  }
  std::string body;
  if (!figures.empty()) body = absl::StrCat("<div class=\"wide\">\n", figures, "</div>\n");
  if (!after.empty()) absl::StrAppend(&body, "<p class=\"note\">", EscapeHtml(after), "</p>\n");
  return Section(heading, lead, body);
}

std::string SourceSection(const Inspection& inspection) {
  std::string list;
  for (const auto& [split, sha256] : inspection.sha256) {
    absl::StrAppend(&list, "<dt>", EscapeHtml(split), "</dt><dd>SHA-256 ", EscapeHtml(sha256),
                    "</dd>");
  }
  absl::StrAppend(&list, "<dt>data.scale</dt><dd>",
                  EscapeHtml(absl::StrFormat("%g", inspection.scale)),
                  ": pixels are divided by it before training</dd>");
  return Section("The data", "A run of the sweep on the same data has the same digests.",
                 absl::StrCat("<dl>", list, "</dl>\n"));
}

}  // namespace

std::string InspectionHtml(const Inspection& inspection) {
  return HtmlPage(
      inspection.name + ", a look before training", Header(inspection),
      absl::StrCat(
          FindingsSection(inspection), SplitsSection(inspection), ClassesSection(inspection),
          GroupsSection(inspection), ImagesSection(inspection), DuplicatesSection(inspection),
          PreviewSection(
              "Augmentation",
              "A line is a training row: first as it is, then drawn anew in each column. "
              "Single transforms are always applied, whatever their p.",
              inspection.augmentation, inspection.preview_note),
          PreviewSection("Test-time views",
                         "A line is a row: first as it is, then in each view whose predictions are "
                         "averaged.",
                         inspection.views, ""),
          SourceSection(inspection)),
      kStyle);
}

}  // namespace pleat
