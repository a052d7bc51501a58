package org.hikyaku.web;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.tlsrpt.summary.DomainSummary;
import org.hikyaku.tlsrpt.summary.DomainSummary.Day;

/** The sessions of each day as bars, drawn as SVG: those that failed stand on top, and are never too small to see. */
final class DayChart {
    private static final double HEIGHT = 100;
    private static final double LEAST = 2;

    private DayChart() {}

    static String of(DomainSummary domain, LocalDate from, LocalDate to) {
        Map<LocalDate, Day> days = domain.days().stream().collect(Collectors.toMap(Day::day, Function.identity()));
        List<LocalDate> all = from.datesUntil(to.plusDays(1)).toList();
        long most = Math.max(
                1,
                domain.days().stream()
                        .mapToLong(d -> d.kept() + d.failed())
                        .max()
                        .orElse(1));
        double width = 10;
        StringBuilder svg = new StringBuilder(4096);
        svg.append(String.format(
                Locale.ROOT,
                "<div class=\"chart\"><svg viewBox=\"0 0 %d 104\" preserveAspectRatio=\"none\" role=\"img\""
                        + " aria-label=\"Sessions of each day, at most %s; the numbers are in the table below\">",
                (int) (width * all.size()),
                Layout.number(most)));
        for (int i = 0; i < all.size(); i++) {
            Day day = days.get(all.get(i));
            if (day != null) {
                double failed = day.failed() == 0 ? 0 : Math.max(LEAST, HEIGHT * day.failed() / most);
                double kept =
                        Math.min(HEIGHT - failed, day.kept() == 0 ? 0 : Math.max(LEAST, HEIGHT * day.kept() / most));
                bar(svg, "kept", i * width, 102 - kept, kept);
                bar(svg, "failed", i * width, 102 - kept - failed, failed);
            }
        }
        svg.append(String.format(
                Locale.ROOT,
                "<path class=\"axis\" d=\"M0 102.5H%d\"/></svg>%n<p class=\"ends\"><span>%s</span><span>%s</span></p>%n",
                (int) (width * all.size()),
                from,
                to));
        return svg.append("<ul class=\"key\"><li>")
                .append(mark("kept"))
                .append("kept</li><li>")
                .append(mark("failed"))
                .append("failed</li></ul></div>\n")
                .toString();
    }

    private static void bar(StringBuilder svg, String kind, double x, double y, double height) {
        if (height > 0) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.2f\" width=\"7\" height=\"%.2f\"/>",
                    kind,
                    x + 1.5,
                    y,
                    height));
        }
    }

    private static String mark(String kind) {
        return "<svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"" + kind
                + "\" width=\"10\" height=\"10\"/></svg>";
    }
}
