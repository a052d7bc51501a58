package org.hikyaku.cli;

import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.DecodeListener;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.talk.Talk;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.x509.SignatureVerifier;

/** Prints connections as they end, in the order of their numbers. */
final class DecodeOutput implements DecodeListener {
    /** Texts of connections that wait for one before them to end. */
    private static final int MOST_WAITING = 10_000;

    private final Terminal terminal;
    private final PrintWriter out;
    private final DecodeViews views;
    private final DecodeFilter filter;
    private final boolean everything;
    private final DecodeTargets targets;
    private final CaptureSource source;
    private final Optional<DecodeJudge> judge;
    private final Progress progress;
    private final ReentrantLock lock = new ReentrantLock(); // connections may end on several threads
    private final TreeMap<Integer, String> waiting = new TreeMap<>();
    private final Set<Integer> leftOut = new HashSet<>(); // by the filters, of those that are named
    private final Map<Dark.Reason, Integer> dark = new EnumMap<>(Dark.Reason.class);
    private final Optional<Provider> conscrypt;
    private final CertificateNames certificateNames = new CertificateNames();
    private int next = 1;
    private int opened;
    private int shown;
    private int tlsConnections;
    private int decrypted;
    private int darkConnections;
    private int mails;
    private long judged;
    private long refused;
    private boolean headed;

    /** @param source asked, once connections open, when the capture's first packet was */
    DecodeOutput(
            Terminal terminal,
            DecodeViews views,
            DecodeFilter filter,
            DecodeTargets targets,
            CaptureSource source,
            Optional<DecodeJudge> judge,
            Progress progress) {
        this.terminal = terminal;
        this.out = terminal.out();
        this.views = views;
        this.conscrypt = views.sha256() ? SignatureVerifier.conscrypt() : Optional.empty();
        this.filter = filter;
        this.everything = filter.everything();
        this.targets = targets;
        this.source = source;
        this.judge = judge;
        this.progress = progress;
    }

    @Override
    public ConnectionView opened(Connection connection) {
        return new DecodeWatch(connection, views, this);
    }

    /** SHA-256; by Conscrypt where it loads, which is fast from the first byte on. */
    MessageDigest digest() {
        try {
            return conscrypt.isPresent()
                    ? MessageDigest.getInstance("SHA-256", conscrypt.get())
                    : MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks SHA-256", e);
        }
    }

    CertificateNames certificateNames() {
        return certificateNames;
    }

    int width() {
        return terminal.width();
    }

    DecodeTargets targets() {
        return targets;
    }

    /** Whether the connection is asked for. */
    DecodeFilter.Fit fit(Connection connection, Protocol protocol, boolean over) {
        return everything ? DecodeFilter.Fit.YES : filter.fit(connection, protocol, source.began(), over);
    }

    /** Judges a connection that is asked for. */
    List<DecodeJudge.Judged> judge(Connection connection, Talk talk) {
        if (judge.isEmpty()) {
            return List.of();
        }
        List<DecodeJudge.Judged> all = judge.get().judge(connection, talk.smtp());
        judged += all.size();
        refused += all.stream().filter(DecodeJudge.Judged::refused).count();
        return all;
    }

    boolean keepsMails() {
        return targets.mails().isPresent();
    }

    /** Where the mail that begins on this connection is written to, when mails are. */
    Optional<MailFile> mailFile(Connection connection) {
        lock.lock();
        try {
            Optional<MailFolder> folder = targets.mails();
            return folder.isPresent() ? Optional.of(folder.get().begin(connection)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Counts a mail. */
    void mail() {
        lock.lock();
        try {
            mails++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A connection has ended.
     *
     * @param text empty when it is not asked for
     */
    void ended(Connection connection, Optional<String> text) {
        lock.lock();
        try {
            opened = Math.max(opened, connection.number());
            if (text.isPresent()) {
                Optional<TlsReport> tls = connection.tls();
                if (tls.isPresent()) {
                    count(tls.get());
                }
                if (targets.secrets().isPresent()) {
                    targets.secrets().get().add(connection);
                }
                shown++;
            } else if (asksFor(views.dialogue(), connection) || asksFor(views.story(), connection)) {
                leftOut.add(connection.number());
            }
            if (connection.number() == next && waiting.isEmpty()) {
                next++;
                print(text.orElse(""));
                return;
            }
            waiting.put(connection.number(), text.orElse(""));
            // Whoever watches packets as they pass does not wait for connections that stay open.
            while (!waiting.isEmpty()
                    && (waiting.firstKey() == next || source.live() || waiting.size() > MOST_WAITING)) {
                next = waiting.firstKey() + 1;
                print(waiting.pollFirstEntry().getValue());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether this one is named by its number. */
    private static boolean asksFor(Optional<OptionalInt> view, Connection connection) {
        return view.isPresent() && view.get().isPresent() && view.get().getAsInt() == connection.number();
    }

    private void count(TlsReport tls) {
        tlsConnections++;
        if (tls.decrypted()) {
            decrypted++;
            return;
        }
        Optional<Dark> why = tls.dark();
        if (why.isPresent()) {
            darkConnections++;
            dark.merge(why.get().reason(), 1, Integer::sum);
        }
    }

    private void print(String text) {
        if (terminal.interactive()) {
            progress.close(); // what is printed shows how far it is
        }
        if (views.list() && !views.json() && !headed) {
            headed = true;
            out.println(DecodeRow.header(terminal.width()));
        }
        if (!text.isEmpty()) {
            out.print(text);
        }
    }

    /** What was printed is seen before we wait for more. */
    @Override
    public void idle() {
        out.flush();
    }

    /** Connections that stayed dark, by their reasons. */
    Map<Dark.Reason, Integer> darkReasons() {
        return Map.copyOf(dark);
    }

    ExitCode finish(long packets, List<String> remarks) {
        progress.close();
        while (!waiting.isEmpty()) {
            print(waiting.pollFirstEntry().getValue());
        }
        if (views.json()) {
            out.println(DecodeJson.summary(packets, shown, tlsConnections, decrypted, dark, mails, remarks));
        } else {
            if (views.list()) {
                out.println(summary(packets));
            } else if (keepsMails()) {
                out.println(DecodeRow.count(mails, "mail") + " written.");
            }
            remarks.forEach(remark -> terminal.err().println("hikyaku decode: " + remark + "."));
        }
        out.flush();
        if (!everything && shown == 0 && opened > 0) {
            terminal.err()
                    .println("hikyaku decode: the filters leave out "
                            + (opened == 1 ? "the only connection" : "all " + opened + " connections") + ".");
        }
        if (judge.isPresent() && judged == 0) {
            terminal.err()
                    .println(
                            "hikyaku decode: no session was judged: none goes to the address (or asks for the name) and"
                                    + " port of an MX host in the plans.");
        }
        boolean noDialogue = isMissing(views.dialogue(), "--dialogue");
        boolean noStory = isMissing(views.story(), "--story");
        if (noDialogue || noStory) {
            return ExitCode.USAGE;
        }
        if (darkConnections > 0 || refused > 0) {
            return ExitCode.FINDINGS;
        }
        return judge.isPresent() && (judged == 0 || !judge.get().complete()) ? ExitCode.UNKNOWN : ExitCode.OK;
    }

    /** Says of the number of a connection that there is none, or none that the filters let through. */
    private boolean isMissing(Optional<OptionalInt> asked, String option) {
        if (asked.isEmpty() || asked.get().isEmpty()) {
            return false;
        }
        int number = asked.get().getAsInt();
        if (number > opened) {
            terminal.err()
                    .println("hikyaku decode: there is no connection " + number + " for " + option
                            + ": the capture has " + DecodeRow.count(opened, "connection") + ".");
            return true;
        }
        if (leftOut.contains(number)) {
            terminal.err()
                    .println("hikyaku decode: connection " + number + " for " + option
                            + " is left out by the filters; without them it is shown.");
            return true;
        }
        return false;
    }

    private String summary(long packets) {
        StringBuilder text =
                new StringBuilder(DecodeRow.count(shown, "connection") + " in " + DecodeRow.count(packets, "packet")
                        + ", " + tlsConnections + " with TLS: " + decrypted + " decrypted");
        if (darkConnections > 0) {
            text.append(", ").append(darkConnections).append(" not (");
            String separator = "";
            for (Map.Entry<Dark.Reason, Integer> entry : dark.entrySet()) {
                text.append(separator)
                        .append(entry.getValue())
                        .append(": ")
                        .append(entry.getKey().title());
                separator = "; ";
            }
            text.append(')');
        }
        text.append('.');
        if (mails > 0) {
            text.append(' ')
                    .append(DecodeRow.count(mails, "mail"))
                    .append(keepsMails() ? " written." : ": --mails DIR writes them.");
        }
        return text.toString();
    }
}
