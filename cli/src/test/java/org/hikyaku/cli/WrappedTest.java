package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrappedTest {

    @Test
    void linesBreakAtSpacesAndLongWordsStayWhole() {
        assertThat(Wrapped.lines("one two three", 7)).containsExactly("one two", "three");
        assertThat(Wrapped.lines("a 293f3944e435835ec797 b", 7)).containsExactly("a", "293f3944e435835ec797", "b");
        assertThat(Wrapped.lines("", 7)).containsExactly("");
    }
}
