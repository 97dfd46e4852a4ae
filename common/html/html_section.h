// What the sections of a page are made of.
#pragma once

#include <string>
#include <string_view>

namespace pleat {

// A section under a heading; empty if `body` is. `lead` is text.
std::string Section(std::string_view heading, std::string_view lead, const std::string& body);
// A drawing under its title, which is text; `legend` is markup.
std::string Figure(const std::string& title, const std::string& svg,
                   const std::string& legend = "");
// Figures side by side where there is room.
std::string Grid(const std::string& figures);
// One entry of a legend: a sample of class `css` and text.
std::string LegendEntry(std::string_view css, std::string_view text);
// A figure in large digits over what it counts; both are text.
std::string Tile(std::string_view value, std::string_view label);

}  // namespace pleat
