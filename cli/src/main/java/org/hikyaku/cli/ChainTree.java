package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Proof;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** The zones of a proof as a tree, each with how its parent vouches for it, its keys, and its signatures' time left. */
final class ChainTree {
    /** Less than this is shown as a warning: a weekend and a holiday. */
    private static final Duration SOON = Duration.ofDays(4);

    private static final int LONG_LABEL = 30;
    private static final int SHOWN_OF_LABEL = 8;

    private final Terminal terminal;
    private final PrintWriter out;
    private final Instant now;

    ChainTree(Terminal terminal, Instant now) {
        this.terminal = terminal;
        this.out = terminal.out();
        this.now = now;
    }

    /** One row: what stands left (branches and a name), and what is said about it. */
    private record Row(String left, String middle, String right) {}

    /**
     * Prints the tree.
     *
     * @param broken the zone to point at
     */
    void print(Proof proof, Optional<Name> broken) {
        List<Row> rows = new ArrayList<>();
        List<Proof.Link> links = proof.links();
        for (int i = 0; i < links.size(); i++) {
            if (parentOf(links, i) < 0) {
                zone(links, i, "", "", broken, rows);
            }
        }
        int left = rows.stream().mapToInt(r -> r.left().length()).max().orElse(0);
        int middle = rows.stream().mapToInt(r -> r.middle().length()).max().orElse(0);
        for (Row row : rows) {
            out.println(("  " + padded(row.left(), left) + "  " + padded(row.middle(), middle) + "  " + row.right())
                    .stripTrailing());
        }
    }

    private void zone(
            List<Proof.Link> links, int index, String branch, String below, Optional<Name> broken, List<Row> rows) {
        Proof.Link link = links.get(index);
        List<Integer> children = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            if (parentOf(links, i) == index) {
                children.add(i);
            }
        }
        rows.add(new Row(
                branch + link.zone(),
                link.delegation().inWords(),
                status(link, broken.filter(link.zone()::equals).isPresent())));
        String trunk = below + (children.isEmpty() ? "   " : "│  ");
        if (!link.keys().isEmpty() && !isTheOneKey(link)) {
            rows.add(new Row(trunk + "keys", link.keysInWords(), ""));
        }
        for (Proof.Signature signature : link.signatures()) {
            rows.add(new Row(
                    trunk
                            + Type.string(signature.covered())
                            + (signature.owner().equals(link.zone()) ? "" : " of " + shortened(signature.owner())),
                    "signed by " + signature.algorithm() + "/" + signature.keyTag(),
                    timeLeft(signature)));
        }
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            zone(links, children.get(i), below + (last ? "└ " : "├ "), below + (last ? "  " : "│ "), broken, rows);
        }
    }

    /** True when the line of the zone already names its only key. */
    private static boolean isTheOneKey(Proof.Link link) {
        return link.keys().size() == 1
                && link.delegation().ds().stream()
                        .anyMatch(ds -> ds.matched()
                                && ds.keyTag() == link.keys().getFirst().keyTag());
    }

    /** A hashed owner name of NSEC3 says nothing to people: its beginning is enough to find it again. */
    private static String shortened(Name owner) {
        String name = owner.toString();
        int dot = name.indexOf('.');
        return dot < LONG_LABEL ? name : name.substring(0, SHOWN_OF_LABEL) + "…" + name.substring(dot);
    }

    /** The nearest zone above, by position in the list; -1 for those that stand at the top. */
    private static int parentOf(List<Proof.Link> links, int index) {
        Name zone = links.get(index).zone();
        int parent = -1;
        for (int i = 0; i < links.size(); i++) {
            Name other = links.get(i).zone();
            boolean above = i != index && !zone.equals(other) && zone.subdomain(other);
            if (above
                    && (parent < 0 || other.labels() > links.get(parent).zone().labels())) {
                parent = i;
            }
        }
        return parent;
    }

    private String status(Proof.Link link, boolean here) {
        String pointer = here ? "   <- here" : "";
        return switch (link.status()) {
            case SECURE -> terminal.paint(Paint.GOOD, "secure") + pointer;
            case INSECURE -> terminal.paint(Paint.DOUBTFUL, "insecure") + pointer;
            case BOGUS -> terminal.paint(Paint.BAD, "bogus") + pointer;
        };
    }

    private String timeLeft(Proof.Signature signature) {
        String skew = signature.thanksToSkew() ? ", accepted thanks to clock skew" : "";
        if (now.isBefore(signature.inception())) {
            return terminal.paint(
                    signature.valid() ? Paint.DOUBTFUL : Paint.BAD,
                    "BEGINS in " + Span.words(Duration.between(now, signature.inception())) + skew);
        }
        if (now.isAfter(signature.expiration())) {
            return terminal.paint(
                    signature.valid() ? Paint.DOUBTFUL : Paint.BAD,
                    "EXPIRED " + Span.words(Duration.between(signature.expiration(), now)) + " ago" + skew);
        }
        Duration left = Duration.between(now, signature.expiration());
        if (!signature.valid()) {
            return terminal.paint(Paint.BAD, "DOES NOT VERIFY");
        }
        return terminal.paint(left.compareTo(SOON) < 0 ? Paint.DOUBTFUL : Paint.SOFT, "good for " + Span.words(left));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
