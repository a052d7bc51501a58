package org.hikyaku.web;

import java.util.Locale;
import org.hikyaku.check.render.Html;

/** What every page has. */
final class Layout {
    private Layout() {}

    /** @param main HTML, in which every text from elsewhere is escaped */
    static String page(String title, String main, String foot) {
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
                <title>%s</title>
                <link rel="stylesheet" href="/style.css"></head><body>
                <a class="skip" href="#main">To the content</a>
                <header><nav aria-label="Pages"><b>Hikyaku</b> <a href="/">All domains</a></nav></header>
                <main id="main">
                %s
                <footer>%s</footer>
                </main></body></html>
                """.formatted(Html.escape(title), main, foot);
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number of failures: marked when it is not 0. */
    static String failures(long number) {
        return number == 0 ? "0" : "<span class=\"bad\">" + number(number) + "</span>";
    }
}
