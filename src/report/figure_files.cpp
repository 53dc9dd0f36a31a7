#include "report/figure_files.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "plan/describe.hpp"
#include "report/gnuplot.hpp"

namespace pursuit {

namespace {

// Besides the models, what a figure's networks are like.
struct Asked {
  Evaluate settings;
  std::set<std::string> models; // of the networks that a figure can show
  std::size_t left_out = 0;     // networks that diverged; the note says how many
  std::set<std::string> shared; // networks that several stages ask for: each has them in its group
  bool takes_lacking = false;   // a figure that lacks the behaviour answers, too: it is not at hand

  Asked(const Results &results, bool takes_lacking_behavior)
      : settings(results.settings), left_out(results.left_out.size()),
        takes_lacking(takes_lacking_behavior) {
    for (const FinishedNetwork &network : results.networks) {
      models.insert(network.model_sha256);
      if (!network.also_of.empty())
        shared.insert(fmt::format("{} of {} and {}\n", network.model_sha256, network.stage,
                                  fmt::join(network.also_of, ", ")));
    }
  }
};

// Everything a drawing of these models follows from.
std::string stamp_of(const FigurePlace &place, const FigureRequest &request, const Asked &asked,
                     int drawing_version, const std::vector<std::string> &models,
                     bool lacks_behavior) {
  const Evaluate &settings = asked.settings;
  return sha256_hex(
      fmt::format("drawing {}\n{} {}\nevaluation {} {} {}\ndata {}\n{}\n{}{}{}", drawing_version,
                  request.name, request.options_json, settings.trials, settings.window_ms,
                  settings.shuffles, place.data_sha256, fmt::join(models, "\n"),
                  asked.left_out == 0 ? "" : fmt::format("left out {}\n", asked.left_out),
                  lacks_behavior ? "without the behaviour\n" : "", fmt::join(asked.shared, "")));
}

bool answers_with(const WholeFigure &figure, const FigurePlace &place, const FigureRequest &request,
                  const Asked &asked, bool lacks_behavior) {
  return figure.stamp.drawn_from == stamp_of(place, request, asked, figure.stamp.drawing_version,
                                             figure.stamp.models, lacks_behavior);
}

// Whether what lies there was drawn for this request, by whatever version, of networks that still are of the plan: perhaps
// not of all of them, and their files may be gone.
bool answers(const WholeFigure &figure, const FigurePlace &place, const FigureRequest &request,
             const Asked &asked) {
  const std::vector<std::string> &models = figure.stamp.models;
  return std::all_of(models.begin(), models.end(),
                     [&](const std::string &model) { return asked.models.contains(model); }) &&
         (answers_with(figure, place, request, asked, false) ||
          (asked.takes_lacking && answers_with(figure, place, request, asked, true)));
}

// What lies there of the figure, or can be copied there, if it answers the request.
std::optional<WholeFigure> answer(const FigurePlace &place, FigureFolder &folder,
                                  const FigureRequest &request, const Asked &asked,
                                  const std::string &name) {
  std::optional<WholeFigure> found = folder.whole(name);
  if (found && answers(*found, place, request, asked)) return found;
  if (place.into.empty()) return std::nullopt;
  found = place.own().whole(name);
  if (!found || !answers(*found, place, request, asked)) return std::nullopt;
  folder.copy(place.own(), name);
  return found;
}

// When the figure whose files are these was drawn, as the manifest knows it.
std::string time_of_drawing(const FigurePlace &place, const ManifestFigure &entry) {
  for (const ManifestFigure &before : place.before) {
    if (before.name == entry.name && !entry.files.empty() && !before.files.empty() &&
        before.files.front().sha256 == entry.files.front().sha256)
      return before.drawn;
  }
  return "";
}

// The files that lie there as the figure's.
void show(const FigurePlace &place, const FigureFolder &folder, std::vector<std::string> models,
          DrawnFigure &figure) {
  constexpr std::size_t k_largest_in_page = 2'000'000;
  if (figure.svg.size() > k_largest_in_page) figure.png = folder.bytes(figure.entry.name, "png");
  figure.entry.files = folder.sums(figure.entry.name);
  figure.entry.models = std::move(models);
  figure.entry.drawn = figure.redrawn ? place.now : time_of_drawing(place, figure.entry);
}

void keep(const FigurePlace &place, const FigureFolder &folder, const WholeFigure &there,
          const std::string &because, DrawnFigure &figure) {
  figure.svg = there.svg;
  figure.title = there.title;
  figure.caption = figure.note = "";
  figure.kept_because = because;
  figure.entry.skipped_because = "";
  show(place, folder, there.stamp.models, figure);
}

bool is_value(const Series &series) {
  return series.mark != Mark::reference && series.group != "behaviour" &&
         std::any_of(series.points.begin(), series.points.end(),
                     [](const Point &point) { return std::isfinite(point.y); });
}

// Of networks: the behaviour alone is no figure.
bool has_values(const Drawing &drawing) {
  return std::any_of(drawing.panels.begin(), drawing.panels.end(), [](const Panel &panel) {
    return std::any_of(panel.series.begin(), panel.series.end(), is_value);
  });
}

// What is left out by the figure's options; nothing where nothing is.
std::string selection_text(const FigureOptions &options) {
  std::string text;
  if (!options.stage.empty()) text += fmt::format(" Only stage {}.", options.stage);
  if (options.where_match)
    text += fmt::format(" Only networks with {}.", match_text(*options.where_match));
  return text;
}

std::string networks_text(std::size_t n) {
  return fmt::format("{} network{}", n, n == 1 ? "" : "s");
}

// One figure after the other, by one gnuplot.
class FigureMaker {
public:
  FigureMaker(const FigurePlace &place, const Results &results)
      : place_(place), results_(results), folder_(place.target()), gnuplot_(folder_.path()),
        asked_(results, !results.behavior) {}

  DrawnFigure make(const FigureRequest &request, const std::string &name) {
    DrawnFigure figure;
    figure.entry.name = name;
    std::optional<WholeFigure> there;
    std::string lacking;
    try {
      there = answer(place_, folder_, request, asked_, name);
      const Drawing drawing = drawing_of(request, name);
      figure.title = drawing.title;
      figure.caption = drawing.caption;
      figure.note = drawing.note;
      if (there && !absent_.ids.empty() && shows_more(*there, drawing))
        keep(place_, folder_, *there, absent_text(), figure);
      else if (there && drawing.lacks_behavior &&
               answers_with(*there, place_, request, asked_, false))
        keep(place_, folder_, *there, no_behavior_text(), figure);
      else
        draw(request, drawing, there, figure);
      if (drawing.lacks_behavior && figure.kept_because.empty() && !figure.svg.empty())
        lacking =
            fmt::format("figure {} is drawn without the behaviour: {}", name, no_behavior_text());
    } catch (const RunError &error) {
      figure.error = figure.entry.skipped_because = error.what();
      keep_if_whole(there, figure);
    }
    if (!lacking.empty()) figure.notices.push_back(lacking);
    figure.notices.insert(figure.notices.end(),
                          gnuplot_.notices().begin() + static_cast<std::ptrdiff_t>(told_),
                          gnuplot_.notices().end());
    told_ = gnuplot_.notices().size();
    return figure;
  }

private:
  // A disk that was full may have left parts of two drawings.
  void keep_if_whole(const std::optional<WholeFigure> &there, DrawnFigure &figure) {
    const std::string because = figure.error;
    try {
      if (there && folder_.whole(figure.entry.name)) keep(place_, folder_, *there, because, figure);
    } catch (const RunError &) { // it cannot be read: there is nothing to keep
    }
  }

  Drawing drawing_of(const FigureRequest &request, const std::string &name) {
    const auto known = std::find_if(figures().begin(), figures().end(),
                                    [&](const Figure &one) { return one.name == request.name; });
    if (known == figures().end())
      throw InternalError("a figure that nobody draws: " + request.name);
    if (results_.files) results_.files->take_absent();
    Drawing drawing = known->draw(results_, request.options);
    if (results_.files) absent_ = results_.files->take_absent();
    if (drawing.skipped_because.empty() && !has_values(drawing))
      drawing = skipped("none of the networks chosen has a value to show");
    drawing.name = name;
    drawing.note += selection_text(request.options);
    if (drawing.lacks_behavior) drawing.note += " Left out: the behaviour, which is not at hand.";
    if (!absent_.ids.empty())
      drawing.note +=
          fmt::format(" Left out: {}, whose files {}.", networks_text(absent_.ids.size()),
                      absent_.because.empty() ? "are not here" : "cannot be read");
    return drawing;
  }

  std::string absent_text() const {
    const std::string networks = networks_text(absent_.ids.size());
    if (!absent_.because.empty())
      return fmt::format("the model or evaluation of {} cannot be read: {}", networks,
                         absent_.because);
    return fmt::format("the model or evaluation of {} is not in {}", networks,
                       place_.output_dir.string());
  }

  std::string no_behavior_text() const {
    return results_.behavior_absent.empty() ? "it is not at hand" : results_.behavior_absent;
  }

  // Whether it shows a finished network that the drawing cannot show.
  bool shows_more(const WholeFigure &there, const Drawing &drawing) const {
    const std::vector<std::string> drawn = drawn_models(drawing);
    return std::any_of(
        results_.networks.begin(), results_.networks.end(), [&](const FinishedNetwork &network) {
          const auto has = [&](const std::vector<std::string> &models) {
            return std::find(models.begin(), models.end(), network.model_sha256) != models.end();
          };
          return has(there.stamp.models) && !has(drawn);
        });
  }

  void draw(const FigureRequest &request, const Drawing &drawing,
            const std::optional<WholeFigure> &there, DrawnFigure &figure) {
    figure.entry.skipped_because = drawing.skipped_because;
    if (!drawing.skipped_because.empty()) {
      if (!absent_.ids.empty()) throw RunError(absent_text());
      return;
    }
    FigureStamp stamp;
    stamp.figure = drawing.name;
    stamp.data = results_.synthetic ? "synthetic data" : "recorded data";
    stamp.drawing_version = k_drawing_version;
    stamp.models = drawn_models(drawing);
    stamp.drawn_from =
        stamp_of(place_, request, asked_, k_drawing_version, stamp.models, drawing.lacks_behavior);
    if (there && there->stamp.drawn_from == stamp.drawn_from && there->stamp.has_letters) {
      figure.svg = there->svg;
    } else {
      if (!is_said_) place_.progress("drawing figures ...");
      is_said_ = true;
      const Pictures pictures = gnuplot_.draw(drawing);
      stamp.has_letters = pictures.has_letters;
      figure.svg =
          folder_.write(stamp, drawing.title, pictures, drawing_csv(drawing, stamp.drawn_from));
      figure.redrawn = true;
    }
    show(place_, folder_, stamp.models, figure);
  }

  const FigurePlace &place_;
  const Results &results_;
  FigureFolder folder_;
  Gnuplot gnuplot_;
  Asked asked_;
  AbsentFiles absent_;   // of the last drawing
  std::size_t told_ = 0; // notices
  bool is_said_ = false; // that it draws
};

// "bias_toward_prior", the second time "bias_toward_prior_2".
std::vector<std::string> names_of(const std::vector<FigureRequest> &requests) {
  std::map<std::string, int> times;
  std::vector<std::string> names;
  for (const FigureRequest &request : requests) {
    const int time = ++times[request.name];
    names.push_back(time == 1 ? request.name : fmt::format("{}_{}", request.name, time));
  }
  return names;
}

// A manifest that somebody else wrote leads nowhere else.
bool is_name(const std::string &text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

// No file stays that somebody could take for a figure of now.
void set_others_aside(const FigurePlace &place, const std::vector<DrawnFigure> &figures) {
  FigureFolder folder = place.target();
  std::set<std::string> names;
  for (const std::string &name : folder.names()) names.insert(name);
  for (const ManifestFigure &before : place.before) {
    if (!before.files.empty() && is_name(before.name)) names.insert(before.name);
  }
  for (const DrawnFigure &figure : figures) {
    if (!figure.entry.files.empty()) names.erase(figure.entry.name);
  }
  for (const std::string &name : names) {
    try {
      if (folder.set_aside(name))
        place.progress(fmt::format("figure {} is not current any more: its files are in {}", name,
                                   (folder.path() / "earlier").string()));
    } catch (const RunError &error) {
      place.warning(
          fmt::format("the files of figure {} are not current any more and cannot be moved: {}",
                      name, error.what()));
    }
  }
}

} // namespace

std::vector<DrawnFigure> draw_figures(const FigurePlace &place,
                                      const std::vector<FigureRequest> &requests,
                                      const Results &results) {
  place.disk.remove_abandoned(place.target().path());
  FigureMaker maker(place, results);
  const std::vector<std::string> names = names_of(requests);
  std::vector<DrawnFigure> drawn;
  for (std::size_t i = 0; i < requests.size(); ++i)
    drawn.push_back(maker.make(requests[i], names[i]));
  set_others_aside(place, drawn);
  return drawn;
}

std::vector<DrawnFigure> keep_figures(const FigurePlace &place,
                                      const std::vector<FigureRequest> &requests,
                                      const Results &results, const std::string &because) {
  FigureFolder folder = place.target();
  const Asked asked(results, true);
  const std::vector<std::string> names = names_of(requests);
  std::vector<DrawnFigure> kept(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    kept[i].entry.name = names[i];
    kept[i].entry.skipped_because = because;
    const std::optional<WholeFigure> there = answer(place, folder, requests[i], asked, names[i]);
    if (there) keep(place, folder, *there, because, kept[i]);
  }
  set_others_aside(place, kept);
  return kept;
}

} // namespace pursuit
