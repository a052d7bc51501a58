package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.RecordedTranscript;
import org.hikyaku.smtp.Transcript;

/** What both sides say, shown as it happens and kept for the JSON: {@code <} the server, {@code >} we, {@code *} neither. */
final class Dialogue implements Transcript {
    private final RecordedTranscript kept;
    private final Optional<PrintWriter> out;
    private final Terminal terminal;

    /** @param shown whether to print as it happens */
    Dialogue(Terminal terminal, InstantSource clock, boolean shown) {
        this.terminal = terminal;
        this.kept = new RecordedTranscript(clock);
        this.out = shown ? Optional.of(terminal.out()) : Optional.empty();
    }

    @Override
    public void said(Speaker speaker, String line) {
        kept.said(speaker, line);
        out.ifPresent(to -> {
            to.println(
                    switch (speaker) {
                        case SERVER -> "< " + line;
                        case CLIENT -> terminal.paint(Paint.STRONG, "> " + line);
                        case NARRATOR -> terminal.paint(Paint.SOFT, "* " + line);
                    });
            to.flush();
        });
    }

    void note(String sentence) {
        said(Speaker.NARRATOR, sentence);
    }

    List<RecordedTranscript.Entry> entries() {
        return kept.entries();
    }
}
