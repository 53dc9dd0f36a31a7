// The creation date that cairo writes into a PDF, and offers no way to leave out.
#pragma once

#include <string>

namespace pursuit {

// The PDF with 1 January 2000 as its date; all else of the document is as it was. Up to cairo 1.16 the date stands as text
// in the file and is overwritten in place. Since 1.18 it lies in a compressed object stream (PDF 1.5, ISO 32000-1 7.5.7),
// which is written again, and with it the table of offsets at the file's end (7.5.8). Throws RunError where there is no
// date to be found: then the bytes would differ at every drawing.
std::string undated_pdf(std::string pdf);

// Whether the PDF has a font: cairo embeds those whose letters are drawn, so a figure without any has no letter.
bool has_font(const std::string &pdf);

} // namespace pursuit
