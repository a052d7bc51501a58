package org.hikyaku.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command writes: results to standard output, progress and complaints to standard error.
 *
 * <p>Java cannot tell whether one of the two is a terminal; the launcher can, and says so in {@code HIKYAKU_TERMINAL}
 * ({@code out}, {@code err}, or both, with a comma). Width comes from {@code COLUMNS}, which the launcher sets too.
 */
public final class Terminal {
    /** Columns when nobody says how many there are. */
    static final int DEFAULT_WIDTH = 100;

    private static final int NARROWEST = 40;
    private static final int WIDEST = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final PrintWriter out;
    private final PrintWriter err;
    private final int width;
    private final boolean colour;
    private final boolean progress;
    private final boolean interactive;
    private final WatchedOutput watched;

    private Terminal(
            PrintWriter out,
            PrintWriter err,
            int width,
            boolean colour,
            boolean progress,
            boolean interactive,
            WatchedOutput watched) {
        this.out = out;
        this.err = err;
        this.width = width;
        this.colour = colour;
        this.progress = progress;
        this.interactive = interactive;
        this.watched = watched;
    }

    /** The process's own standard streams. */
    public static Terminal system(Map<String, String> variables) {
        return of(new FileOutputStream(FileDescriptor.out), System.err, variables);
    }

    /** A terminal over these two streams, in UTF-8. */
    public static Terminal of(OutputStream out, OutputStream err, Map<String, String> variables) {
        WatchedOutput watched = new WatchedOutput(out);
        boolean outIsTerminal = isTerminal("out", variables);
        // https://no-color.org: present and not empty, whatever its value.
        boolean colour = outIsTerminal
                && variables.getOrDefault("NO_COLOR", "").isEmpty()
                && !variables.getOrDefault("TERM", "").equals("dumb");
        return new Terminal(
                writer(watched),
                writer(err),
                width(variables),
                colour,
                isTerminal("err", variables),
                outIsTerminal,
                watched);
    }

    private static boolean isTerminal(String stream, Map<String, String> variables) {
        return Arrays.asList(variables.getOrDefault("HIKYAKU_TERMINAL", "").split(",", -1))
                .contains(stream);
    }

    private static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(new PrintStream(stream, false, StandardCharsets.UTF_8), true, StandardCharsets.UTF_8);
    }

    private static int width(Map<String, String> variables) {
        String columns = variables.getOrDefault("COLUMNS", "");
        if (columns.isEmpty() || columns.length() > 4 || !columns.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return DEFAULT_WIDTH;
        }
        return Math.clamp(Integer.parseInt(columns), NARROWEST, WIDEST);
    }

    public PrintWriter out() {
        return out;
    }

    public PrintWriter err() {
        return err;
    }

    /** Why results were lost on the way out; empty also when whoever read them wanted no more. */
    public Optional<String> lost() {
        out.flush();
        return watched.trouble();
    }

    /** Columns to write in, 40 to 500. */
    public int width() {
        return width;
    }

    /** Whether somebody reads results as they are printed. */
    public boolean interactive() {
        return interactive;
    }

    /** Whether results may be coloured. */
    public boolean colour() {
        return colour;
    }

    /** The text in the colour of its meaning, or as it is where there are no colours. */
    public String paint(Paint paint, String text) {
        return colour ? paint.on(text) : text;
    }

    /**
     * Says on standard error what is being done, once it has taken a second and only when somebody is looking; close it
     * before writing results.
     */
    public Progress progress(String doing) {
        return new Progress(progress ? Optional.of(err) : Optional.empty(), PATIENCE, width, doing);
    }
}
