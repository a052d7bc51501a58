package org.hikyaku.capture.interop;

import java.util.ArrayList;
import java.util.List;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.DecodeListener;
import org.hikyaku.capture.talk.Mail;
import org.hikyaku.capture.talk.MailSink;
import org.hikyaku.capture.talk.Talk;
import org.hikyaku.capture.talk.TalkListener;
import org.hikyaku.capture.tcp.Side;

/** What was said on each connection as a person is told it: {@code C: …}, {@code S: …} and {@code -- TLS begins}. */
final class Dialogues implements DecodeListener {
    final List<String> told = new ArrayList<>();

    @Override
    public ConnectionView opened(Connection connection) {
        StringBuilder lines = new StringBuilder();
        Talk talk = new Talk(
                new TalkListener() {
                    @Override
                    public boolean wantsLines() {
                        return true;
                    }

                    @Override
                    public void line(Side side, boolean encrypted, String text, long frame, long nanos) {
                        lines.append(side == Side.CLIENT ? "C: " : "S: ")
                                .append(text)
                                .append('\n');
                    }

                    @Override
                    public void remark(String text, long frame) {
                        lines.append("-- ").append(text).append('\n');
                    }

                    @Override
                    public MailSink mail() {
                        return new MailSink() {
                            @Override
                            public void bytes(byte[] d, int offset, int length) {}

                            @Override
                            public void end(Mail mail) {}
                        };
                    }
                },
                false);
        return new ConnectionView() {
            @Override
            public void data(Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
                talk.data(side, encrypted, d, offset, length, frame, nanos);
            }

            @Override
            public void hole(Side side, boolean encrypted, long bytes, long frame) {
                talk.hole(side, encrypted, bytes, frame);
            }

            @Override
            public void tlsBegins(long frame) {
                talk.tlsBegins(frame);
            }

            @Override
            public void end() {
                talk.end();
                told.add(lines.toString());
            }
        };
    }
}
