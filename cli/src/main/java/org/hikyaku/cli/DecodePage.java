package org.hikyaku.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.check.render.Html;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.TlsVersion;

/** What was decoded as one page with everything in it: for light and dark, screen, phone and print; no script. */
final class DecodePage {
    private static final Limit CONNECTIONS = new Limit("connections in the page", 5_000);
    private static final Limit CHARACTERS = new Limit("characters of diagrams in the page", 20_000_000);

    private static final String STYLE = """
            :root{--bg:#fbfaf7;--card:#fff;--ink:#1c1b19;--soft:#5f5c55;--line:#ddd8cc;--life:#c9c3b4;--good:#1d6f42;--good-bg:#eaf5ee;--open:#9a5b00;--open-bg:#fdf3e0;--hand:#2f5a94;--hand-bg:#eaf0f9;--dark:#8f2f37;--dark-bg:#fbeeee}
            @media (prefers-color-scheme:dark){:root{--bg:#161513;--card:#1f1e1b;--ink:#ece9e2;--soft:#aaa69b;--line:#37342e;--life:#4a463d;--good:#86d6a6;--good-bg:#1a2b21;--open:#e8b765;--open-bg:#332a18;--hand:#9dc0f0;--hand-bg:#1b2636;--dark:#f0a3a8;--dark-bg:#372022}}
            *{box-sizing:border-box}
            html{scroll-behavior:smooth}
            @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
            body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,"Noto Sans","Hiragino Sans",sans-serif}
            main{max-width:64rem;margin:0 auto;padding:2rem 1rem 4rem}
            h1{font-size:1.9rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
            h2{font-size:1.2rem;line-height:1.3;margin:0;overflow-wrap:anywhere}
            h2 small{font-weight:400;color:var(--soft);font-size:.9rem}
            .lead,.legend{color:var(--soft);margin:.4rem 0 0}
            .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;font-size:.9rem;list-style:none;padding:0;margin:1rem 0}
            .legend i{display:inline-block;width:1.6rem;border-top:3px solid;vertical-align:middle;margin-right:.45rem}
            a{color:inherit}
            a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--hand);outline-offset:2px;border-radius:3px}
            .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.3rem .6rem}
            .scroll{overflow-x:auto;margin:1.25rem 0;border:1px solid var(--line);border-radius:8px;background:var(--card)}
            table{border-collapse:collapse;width:100%;font-size:.9rem}
            th,td{text-align:left;vertical-align:top;padding:.4rem .7rem;border-top:1px solid var(--line)}
            thead th{border-top:0;color:var(--soft);font-weight:500}
            td.name{overflow-wrap:anywhere;min-width:7rem}
            tr.day th{background:var(--bg);color:var(--soft);font-weight:500}
            td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
            .chip{display:inline-block;border-radius:99px;padding:.02rem .6rem;font-size:.82rem;white-space:nowrap}
            .chip.good{background:var(--good-bg);color:var(--good)}.chip.open{background:var(--open-bg);color:var(--open)}.chip.dark{background:var(--dark-bg);color:var(--dark)}
            section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.2rem 1.3rem;margin:1.5rem 0}
            @media screen{section{content-visibility:auto;contain-intrinsic-size:auto 50rem}}
            dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .9rem;margin:.8rem 0;font-size:.92rem}
            dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
            .why{background:var(--dark-bg);color:var(--dark);border-radius:6px;padding:.5rem .8rem;margin:.8rem 0}
            .why.kept{background:var(--good-bg);color:var(--good)}
            details.story{margin:.8rem 0}
            .story>div{border-left:3px solid var(--hand);padding-left:.8rem;margin:.6rem 0}
            .story h3{font-size:1rem;margin:.5rem 0 0}.story p{margin:.15rem 0;overflow-wrap:anywhere;font-size:.94rem}
            summary{cursor:pointer}
            .seq{list-style:none;margin:1rem 0 0;padding:0 0 .4rem;position:relative}
            .seq::before,.seq::after{content:"";position:absolute;top:0;bottom:0;width:2px;background:var(--life)}
            .seq::before{left:3.5rem}.seq::after{right:3.5rem}
            .ends{position:relative;z-index:1;display:flex;justify-content:space-between;gap:1rem;padding-bottom:.5rem}
            .ends span{background:var(--card);border:2px solid var(--life);border-radius:8px;padding:.2rem .7rem;font-size:.82rem;color:var(--soft)}
            .ends b{display:block;color:var(--ink);font-size:.92rem;overflow-wrap:anywhere}
            .msg,.note{margin:0 3.62rem}
            .msg{position:relative;padding:.35rem 0 .75rem;color:var(--open)}
            .msg.handshake,.msg.sealed-handshake{color:var(--hand)}.msg.decrypted{color:var(--good)}
            .msg::before{content:"";position:absolute;left:0;right:0;bottom:.32rem;border-top:2px solid currentColor}
            .msg.sealed-handshake::before,.msg.decrypted::before{border-top-style:dashed}
            .msg::after{content:"";position:absolute;bottom:-.09rem;border:.46rem solid transparent}
            .up::after{right:-.1rem;border-left-color:currentColor;border-right-width:0}
            .down::after{left:-.1rem;border-right-color:currentColor;border-left-width:0}
            .when{display:block;color:var(--soft);font-size:.74rem;padding:0 .7rem}
            .down .when{text-align:right}
            .lane{padding:0 .7rem;display:flex;flex-direction:column;align-items:flex-start}
            .down .lane{align-items:flex-end}
            .who{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
            pre{margin:0;max-width:92%;color:var(--ink);font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}
            .handshake pre,.sealed-handshake pre{color:var(--hand)}
            .lane details{max-width:92%;font-size:.85rem;color:var(--soft)}
            .lane details pre{max-width:100%}
            .note{text-align:center;padding:.5rem 0}
            .note span{display:inline-block;background:var(--bg);border:1px dashed var(--life);border-radius:99px;padding:.1rem .9rem;font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}
            .top{font-size:.85rem;color:var(--soft);margin:.8rem 0 0}
            footer{margin-top:2.5rem;color:var(--soft);font-size:.88rem;border-top:1px solid var(--line);padding-top:.8rem}
            @media (max-width:40rem){main{padding:1.2rem .6rem 3rem}section{padding:.9rem .6rem}.seq::before{left:.7rem}.seq::after{right:.7rem}.msg,.note{margin:0 .82rem}dl{grid-template-columns:1fr}dt{margin-top:.4rem}h1{font-size:1.5rem}.ends b{font-size:.8rem}}
            @media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444}body{font-size:11pt}section{border:0;padding:0;break-before:page}.msg,tr{break-inside:avoid}details::details-content{content-visibility:visible;display:block}.skip,.top{display:none}}
            """;

    /** Connections that are named beside a reason; the list has the others. */
    private static final int NAMED = 20;

    private record Entry(int number, long nanos, Optional<Dark.Reason> dark, String row, String section) {}

    private final String capture;
    private final List<Entry> entries = new ArrayList<>();
    private long characters;
    private int leftOut;
    private int withoutDiagram;

    /** @param capture what to call the capture */
    DecodePage(String capture) {
        this.capture = capture.equals("-") ? "standard input" : capture.substring(capture.lastIndexOf('/') + 1);
    }

    /** A connection has ended. */
    void add(
            Connection connection,
            Protocol protocol,
            Optional<SequenceDiagram> diagram,
            List<DecodeJudge.Judged> judged) {
        if (entries.size() >= CONNECTIONS.value()) {
            leftOut++;
            return;
        }
        String section = section(connection, protocol, diagram, judged);
        if (characters + section.length() > CHARACTERS.value()) {
            withoutDiagram++;
            section = "";
        }
        characters += section.length();
        entries.add(new Entry(
                connection.number(),
                connection.nanos(),
                connection.tls().flatMap(TlsReport::dark).map(Dark::reason),
                row(connection, protocol, !section.isEmpty()),
                section));
    }

    private static String chip(Connection connection) {
        Optional<TlsReport> tls = connection.tls();
        if (tls.isEmpty()) {
            return "<span class=\"chip open\">in clear</span>";
        }
        return tls.get().decrypted()
                ? "<span class=\"chip good\">decrypted</span>"
                : "<span class=\"chip dark\">dark</span>";
    }

    private static String row(Connection c, Protocol protocol, boolean linked) {
        StringBuilder row = new StringBuilder("<tr><th scope=\"row\">");
        row.append(linked ? "<a href=\"#c" + c.number() + "\">" + c.number() + "</a>" : String.valueOf(c.number()));
        row.append("</th><td>").append(chip(c));
        row.append("</td><td class=\"n\">").append(DecodeRow.time(c.nanos()));
        row.append("</td><td>").append(Html.escape(DecodeRow.what(c, protocol)));
        row.append("</td><td class=\"name\">").append(Html.escape(name(c)));
        row.append("</td><td>").append(Html.escape(c.client().toString()));
        row.append("</td><td>").append(Html.escape(c.server().toString()));
        row.append("</td><td>")
                .append(Html.escape(c.tls()
                        .map(t -> t.version().map(TlsVersion::title).orElse("TLS")
                                + t.suite()
                                        .map(DecodeRow::suite)
                                        .or(t::suiteName)
                                        .map(s -> " " + s)
                                        .orElse(""))
                        .orElse("")));
        return row.append("</td></tr>\n").toString();
    }

    /** What the client asked for, else what the server's certificate says. */
    private static String name(Connection c) {
        return c.tls()
                .flatMap(tls -> tls.serverName().or(() -> DecodeRow.certificate(tls.serverChain())))
                .orElse("");
    }

    private static LocalDate day(long nanos) {
        return LocalDate.ofInstant(Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L)), ZoneOffset.UTC);
    }

    private static String section(
            Connection c, Protocol protocol, Optional<SequenceDiagram> diagram, List<DecodeJudge.Judged> judged) {
        StringBuilder out = new StringBuilder();
        out.append("<section id=\"c")
                .append(c.number())
                .append("\" aria-labelledby=\"t")
                .append(c.number())
                .append("\">\n");
        out.append("<h2 id=\"t")
                .append(c.number())
                .append("\">")
                .append(c.number())
                .append(". ");
        out.append(Html.escape(DecodeRow.what(c, protocol))).append(' ').append(chip(c));
        out.append(" <small>")
                .append(day(c.nanos()))
                .append(' ')
                .append(DecodeRow.time(c.nanos()))
                .append(" UTC</small></h2>\n<dl>");
        c.tls().ifPresent(tls -> facts(out, tls));
        if (c.tls().isEmpty()) {
            fact(out, "said", (c.clearBytes(Side.CLIENT) + c.clearBytes(Side.SERVER)) + " bytes in clear");
        }
        out.append("</dl>\n");
        c.tls()
                .flatMap(TlsReport::dark)
                .ifPresent(dark -> out.append("<p class=\"why\"><strong>Why not: ")
                        .append(Html.escape(dark.reason().title()))
                        .append(".</strong> ")
                        .append(Html.escape(dark.sentence()))
                        .append(".</p>\n"));
        judged.forEach(one -> out.append("<p class=\"why ")
                .append(one.refused() ? "" : "kept")
                .append("\">")
                .append(Html.escape(one.sentence()))
                .append("</p>\n"));
        List<DecodeStory.Part> story = new DecodeStory(c).parts();
        if (!story.isEmpty()) {
            out.append("<details class=\"story\"><summary>The handshake, told</summary>\n");
            for (DecodeStory.Part part : story) {
                out.append("<div><h3>")
                        .append(Html.escape(part.title().strip()))
                        .append("</h3>");
                part.sentences()
                        .forEach(s -> out.append("<p>").append(Html.escape(s)).append("</p>"));
                out.append("</div>\n");
            }
            out.append("</details>\n");
        }
        diagram.ifPresent(d -> out.append(d.html()));
        return out.append("<p class=\"top\"><a href=\"#top\">Back to the list</a></p>\n</section>\n")
                .toString();
    }

    private static void facts(StringBuilder out, TlsReport tls) {
        tls.version().ifPresent(v -> fact(out, "version", v.title()));
        tls.suiteName().ifPresent(s -> fact(out, "suite", s));
        tls.group().ifPresent(g -> fact(out, "key exchange", g));
        tls.serverName()
                .ifPresent(n -> fact(out, "asked for", n + (tls.encryptedClientHello() ? " (outer name, ECH)" : "")));
        tls.alpn().ifPresent(a -> fact(out, "ALPN", a));
        DecodeRow.certificate(tls.serverChain()).ifPresent(c -> fact(out, "certificate", c));
        if (tls.resumed()) {
            fact(out, "resumed", "an earlier session");
        }
        if (tls.decrypted()) {
            fact(
                    out,
                    "decrypted",
                    tls.decryptedBytes(Side.CLIENT) + " bytes up, " + tls.decryptedBytes(Side.SERVER) + " down"
                            + tls.keyOrigin().map(k -> ", by " + k).orElse(""));
        }
        if (tls.lostBytes() > 0) {
            fact(out, "missing", DecodeRow.count(tls.lostBytes(), "byte"));
        }
        tls.alerts().forEach(alert -> fact(out, "alert", alert));
        tls.notes().forEach(note -> fact(out, "note", note));
    }

    private static void fact(StringBuilder out, String name, String value) {
        out.append("<dt>")
                .append(name)
                .append("</dt><dd>")
                .append(Html.escape(value))
                .append("</dd>");
    }

    /** Links to the first connections that are dark for this reason. */
    private String which(Dark.Reason reason, int count) {
        List<String> links = entries.stream()
                .filter(entry -> entry.dark().filter(reason::equals).isPresent())
                .limit(NAMED)
                .map(entry -> entry.section().isEmpty()
                        ? String.valueOf(entry.number())
                        : "<a href=\"#c" + entry.number() + "\">" + entry.number() + "</a>")
                .toList();
        return links.isEmpty() ? "" : " (" + String.join(", ", links) + (count > links.size() ? " …)" : ")");
    }

    /** The list, under the days on which connections began. */
    private void rows(StringBuilder page) {
        Optional<LocalDate> before = Optional.empty();
        for (Entry entry : entries) {
            Optional<LocalDate> day = Optional.of(day(entry.nanos()));
            if (!day.equals(before)) {
                page.append(before.isPresent() ? "</tbody>\n<tbody>\n" : "<tbody>\n")
                        .append("<tr class=\"day\"><th colspan=\"8\" scope=\"rowgroup\">")
                        .append(day.get())
                        .append("</th></tr>\n");
                before = day;
            }
            page.append(entry.row());
        }
    }

    /** The page. */
    String text(long packets, Map<Dark.Reason, Integer> dark, List<String> remarks) {
        entries.sort(Comparator.comparingInt(Entry::number));
        StringBuilder page = new StringBuilder((int) Math.min(characters + 100_000, Integer.MAX_VALUE - 8));
        page.append("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
                """);
        page.append("<title>")
                .append(Html.escape(capture))
                .append(", decoded</title>\n<style>\n")
                .append(STYLE);
        page.append(
                "</style></head><body><a class=\"skip\" href=\"#list\">To the list</a><main id=\"top\">\n<header><h1>");
        page.append(Html.escape(capture)).append("</h1>\n<p class=\"lead\">What was said, in ");
        page.append(DecodeRow.count(entries.size() + leftOut, "connection")).append(" and ");
        page.append(DecodeRow.count(packets, "packet")).append(".</p></header>\n");
        page.append("""
                <ul class="legend"><li style="color:var(--open)"><i></i>in clear: anybody on the way could read it</li>
                <li style="color:var(--hand)"><i></i>handshake</li>
                <li style="color:var(--good)"><i style="border-top-style:dashed"></i>encrypted on the wire, decrypted here</li></ul>
                """);
        dark.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> page.append("<p class=\"why\"><strong>")
                        .append(DecodeRow.count(entry.getValue(), "connection"))
                        .append(" dark:</strong> ")
                        .append(Html.escape(entry.getKey().title()))
                        .append(which(entry.getKey(), entry.getValue()))
                        .append("</p>\n"));
        if (!entries.isEmpty()) {
            page.append("""
                    <div class="scroll" id="list" tabindex="0" role="region" aria-label="Connections"><table>
                    <thead><tr><th scope="col">#</th><th scope="col">read</th><th scope="col">time (UTC)</th><th scope="col">protocol</th><th scope="col">name</th><th scope="col">client</th><th scope="col">server</th><th scope="col">TLS</th></tr></thead>
                    """);
            rows(page);
            page.append("</tbody></table></div>\n");
        } else {
            page.append("<p id=\"list\">There is no connection to show.</p>\n");
        }
        if (leftOut + withoutDiagram > 0) {
            page.append("<p class=\"lead\">Not everything fits in a page: ")
                    .append(DecodeRow.count(leftOut, "connection"))
                    .append(" left out, ")
                    .append(withoutDiagram)
                    .append(
                            " without a diagram. Filters (--host, --port, --protocol, --sni, --from, --to) choose.</p>\n");
        }
        entries.forEach(entry -> page.append(entry.section()));
        if (!remarks.isEmpty()) {
            page.append("<section><h2>Remarks</h2><ul>\n");
            remarks.forEach(
                    remark -> page.append("<li>").append(Html.escape(remark)).append(".</li>\n"));
            page.append("</ul></section>\n");
        }
        page.append("<footer>Hikyaku ").append(Html.escape(ProductVersion.number()));
        return page.append(" · made by <code>hikyaku decode --html</code></footer>\n</main></body></html>\n")
                .toString();
    }
}
