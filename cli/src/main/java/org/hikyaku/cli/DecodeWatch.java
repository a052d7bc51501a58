package org.hikyaku.cli;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.talk.Mail;
import org.hikyaku.capture.talk.MailSink;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.talk.Talk;
import org.hikyaku.capture.talk.TalkListener;
import org.hikyaku.capture.talk.TalkText;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.TlsReport;

/** Watches one connection and makes the text to be shown of it. */
final class DecodeWatch implements ConnectionView, TalkListener {
    /** Characters of one dialogue; what is longer is for --bytes. */
    private static final int LONGEST_DIALOGUE = 4 << 20;

    private final Connection connection;
    private final DecodeViews views;
    private final DecodeOutput output;
    private final Talk talk;
    private final boolean lines;
    private final Optional<SequenceDiagram> diagram;
    private final StringBuilder dialogue = new StringBuilder(0);
    private final Optional<MessageDigest> digest;
    private final List<GatedView> followers;
    private boolean cut;
    private int mails;

    DecodeWatch(Connection connection, DecodeViews views, DecodeOutput output) {
        this.connection = connection;
        this.views = views;
        this.output = output;
        this.lines = views.dialogueOf(connection.number());
        this.diagram =
                output.targets().page().isPresent() ? Optional.of(new SequenceDiagram(connection)) : Optional.empty();
        this.talk = new Talk(this, views.showSecrets());
        this.digest = views.sha256() ? Optional.of(output.digest()) : Optional.empty();
        List<ConnectionView> followed = output.targets().views(connection, talk);
        this.followers = followed.isEmpty() ? List.of() : gated(followed);
    }

    private List<GatedView> gated(List<ConnectionView> views) {
        return views.stream().map(view -> new GatedView(view, this::gate)).toList();
    }

    /** Followers also want to know the protocol before they begin. */
    private DecodeFilter.Fit gate(boolean last) {
        DecodeFilter.Fit fit = output.fit(connection, talk.protocol(), last);
        return fit == DecodeFilter.Fit.YES && talk.protocol() == Protocol.UNKNOWN && !last
                ? DecodeFilter.Fit.NOT_YET
                : fit;
    }

    @Override
    public void data(Side side, boolean encrypted, byte[] data, int offset, int length, long frame, long nanos) {
        if (encrypted && digest.isPresent()) {
            digest.get().update(data, offset, length);
        }
        talk.data(side, encrypted, data, offset, length, frame, nanos);
        for (int i = 0; i < followers.size(); i++) {
            followers.get(i).data(side, encrypted, data, offset, length, frame, nanos);
        }
    }

    @Override
    public void hole(Side side, boolean encrypted, long bytes, long frame) {
        talk.hole(side, encrypted, bytes, frame);
        for (GatedView follower : followers) {
            follower.hole(side, encrypted, bytes, frame);
        }
    }

    @Override
    public void tlsBegins(long frame) {
        talk.tlsBegins(frame);
        for (GatedView follower : followers) {
            follower.tlsBegins(frame);
        }
    }

    @Override
    public boolean wantsLines() {
        return lines && !cut || diagram.isPresent();
    }

    @Override
    public void line(Side side, boolean encrypted, String text, long frame, long nanos) {
        if (diagram.isPresent()) {
            diagram.get().line(side, encrypted, text, frame, nanos);
        }
        if (!lines || cut) {
            return;
        }
        if (dialogue.length() + text.length() > LONGEST_DIALOGUE) {
            cut = true;
            remark("the dialogue goes on; --bytes FILE writes all of it", frame);
        } else if (views.json()) {
            dialogue.append(DecodeJson.line(connection, side, encrypted, text, frame, nanos))
                    .append('\n');
        } else {
            dialogue.append(side == Side.CLIENT ? "C: " : "S: ").append(text).append('\n');
        }
    }

    @Override
    public void remark(String text, long frame) {
        if (diagram.isPresent()) {
            diagram.get().remark(text, frame);
        }
        if (!lines || dialogue.length() > LONGEST_DIALOGUE + 4096) {
            return;
        }
        if (views.json()) {
            dialogue.append(DecodeJson.remark(connection, text, frame)).append('\n');
        } else {
            dialogue.append("   -- ")
                    .append(text)
                    .append(" (frame ")
                    .append(frame)
                    .append(")\n");
        }
    }

    @Override
    public MailSink mail() {
        Optional<MailFile> file = wanted() ? output.mailFile(connection) : Optional.empty();
        return new MailPassing(file);
    }

    private final class MailPassing implements MailSink {
        private final Optional<MailFile> file;

        MailPassing(Optional<MailFile> file) {
            this.file = file;
        }

        @Override
        public void bytes(byte[] d, int offset, int length) {
            if (file.isPresent()) {
                file.get().write(d, offset, length);
            }
        }

        @Override
        public void end(Mail mail) {
            if (!wanted()) { // TLS may have begun since, with a name that is not asked for
                if (file.isPresent()) {
                    file.get().discard();
                }
                return;
            }
            mails++;
            output.mail();
            if (file.isPresent()) {
                file.get().end(connection.client(), connection.server(), mail);
            }
            if (views.json()) {
                dialogue.append(DecodeJson.mail(connection, mail, file.map(MailFile::path)))
                        .append('\n');
            }
        }
    }

    private boolean wanted() {
        return output.fit(connection, Protocol.SMTP, true) == DecodeFilter.Fit.YES;
    }

    @Override
    public void end() {
        talk.end();
        for (GatedView follower : followers) {
            follower.end();
        }
        if (output.fit(connection, talk.protocol(), true) != DecodeFilter.Fit.YES) {
            output.ended(connection, Optional.empty());
            return;
        }
        List<DecodeJudge.Judged> judged = output.judge(connection, talk);
        if (output.targets().page().isPresent()) {
            output.targets().page().get().add(connection, talk.protocol(), diagram, judged);
        }
        Optional<String> sum = digest.isPresent()
                ? Optional.of(HexFormat.of().formatHex(digest.get().digest()))
                : Optional.empty();
        output.ended(connection, Optional.of(views.json() ? json(sum, judged) : text(sum, judged)));
    }

    private String json(Optional<String> sum, List<DecodeJudge.Judged> judged) {
        return DecodeJson.connection(connection, talk.protocol(), mails, sum, output.certificateNames(), judged)
                + "\n"
                + dialogue;
    }

    private String text(Optional<String> sum, List<DecodeJudge.Judged> judged) {
        String row = views.list()
                ? DecodeRow.of(connection, talk.protocol(), sum, output.certificateNames(), judged, output.width())
                : "";
        boolean told = views.storyOf(connection.number());
        if (!told && !lines) {
            return row;
        }
        StringBuilder text = new StringBuilder(row);
        if (told) {
            text.append(title()).append(new DecodeStory(connection).text(output.width()));
        }
        if (lines) {
            text.append(title()).append(dialogue);
            connection
                    .tls()
                    .filter(tls -> !tls.decrypted())
                    .flatMap(TlsReport::dark)
                    .ifPresent(dark -> text.append("   -- not decrypted: ")
                            .append(TalkText.visible(dark.sentence()))
                            .append('\n'));
            text.append('\n');
        }
        return text.toString();
    }

    private String title() {
        return "# " + connection.number() + "  " + DecodeRow.time(connection.nanos()) + "  " + connection.client()
                + " -> " + connection.server() + "  " + DecodeRow.what(connection, talk.protocol()) + "\n";
    }
}
