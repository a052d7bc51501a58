package org.hikyaku.capture.talk;

import org.hikyaku.capture.tcp.Side;

/** Says the lines of a run of bytes, however it is cut into pieces. */
final class RawLines {
    private RawLines() {}

    static LineSplitter of(Talk talk, Side side) {
        return new LineSplitter(new LineSplitter.Target() {
            @Override
            public void line(byte[] line, int length, int ending, long frame, long nanos) {
                talk.say(side, TalkText.of(line, length), frame, nanos);
            }

            @Override
            public int lines(byte[] d, int offset, int end) {
                return 0;
            }

            @Override
            public void raw(byte[] d, int offset, int length, boolean last, long frame, long nanos) {
                throw new IllegalStateException("nothing asked for a run of bytes");
            }
        });
    }
}
