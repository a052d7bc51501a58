package org.hikyaku.relay.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.local.LocalAddresses.Meaning;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalAddressesTest {
    private static final Set<String> BOXES = Set.of("bob@example.org", "carol+x@example.org", "carol@example.org");

    private static LocalAddresses addresses() throws ConfigException {
        return new LocalAddresses(
                Set.of("example.org", "second.example", "all.example"),
                Aliases.parse("""
                        # comment
                        sales: bob, carol@elsewhere.example   # two
                        info@second.example:
                            bob@example.org
                        team+west: bob
                        bob: bob, keeper@elsewhere.example
                        """, "aliases"),
                (local, domain) -> BOXES.contains(local + "@" + domain),
                Map.of("all.example", Mailbox.parse("bob@example.org")),
                Optional.of('+'),
                Optional.of(Mailbox.parse("admin@elsewhere.example")),
                Set.of(Mailbox.parse("tls@example.org"), Mailbox.parse("sales@second.example")));
    }

    private static String text(Meaning meaning) {
        return switch (meaning) {
            case Meaning.Box box -> "box " + box.name();
            case Meaning.Alias alias ->
                alias.name() + " -> "
                        + alias.targets().stream().map(Mailbox::toString).collect(Collectors.joining(" "));
            case Meaning.Nobody _ -> "nobody";
            case Meaning.Reports reports -> "reports, or " + text(reports.otherwise());
        };
    }

    @ParameterizedTest
    @CsvSource({
        "carol@example.org, , box carol@example.org",
        "Carol@Example.ORG, , box carol@example.org",
        "carol+news@example.org, , box carol@example.org",
        "carol+x@example.org, , box carol+x@example.org",
        "sales@example.org, , sales@example.org -> bob@example.org carol@elsewhere.example",
        "TLS@example.ORG, , 'reports, or nobody'",
        "tls+x@example.org, , nobody",
        "sales@second.example, , 'reports, or sales@second.example -> bob@second.example carol@elsewhere.example'",
        "SALES+spring@example.org, , sales@example.org -> bob@example.org carol@elsewhere.example",
        "info@second.example, , info@second.example -> bob@example.org",
        "info@example.org, , nobody",
        "team+west@example.org, , team+west@example.org -> bob@example.org",
        "team@example.org, , nobody",
        "nobody@example.org, , nobody",
        "bob@second.example, bob@second.example, nobody",
        "bob@example.org, , bob@example.org -> bob@example.org keeper@elsewhere.example",
        "bob@example.org, bob@example.org, box bob@example.org",
        "sales@example.org, sales@example.org, nobody",
        "postmaster@second.example, , postmaster@second.example -> admin@elsewhere.example",
        "PostMaster@example.org, , postmaster@example.org -> admin@elsewhere.example",
        "postmaster@example.org, postmaster@example.org, box postmaster@example.org",
        "anybody@all.example, , *@all.example -> bob@example.org",
        "anybody@all.example, *@all.example, nobody",
    })
    void whatAnAddressIs(String address, String followed, String meaning) throws ConfigException {
        Set<String> through = followed == null ? Set.of() : new TreeSet<>(Arrays.asList(followed.split(" ")));

        assertThat(text(addresses().find(Mailbox.parse(address), through))).isEqualTo(meaning);
    }

    @Test
    void postmasterHasAMailboxWhereNobodyIsNamed() {
        LocalAddresses bare = new LocalAddresses(
                Set.of("example.org"),
                Aliases.none(),
                (_, _) -> false,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Set.of());

        assertThat(text(bare.find(Mailbox.parse("postmaster@example.org"), Set.of())))
                .isEqualTo("box postmaster@example.org");
        assertThat(bare.known(Mailbox.parse("root@example.org"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "root: |/bin/sh; the target |/bin/sh: only mail addresses are followed",
                "root: /var/mail/root; only mail addresses are followed",
                "root: :include:/etc/list; only mail addresses are followed",
                "root bob; there is no colon here",
                "root:; has an empty target",
                "root: bob,; has an empty target",
                "ro ot: bob; \"ro ot\" is no mail address",
                "root: bob carol; \"bob carol\" is no mail address",
            })
    void whatIsNoAliasIsRefusedWithItsLine(String line, String sentence) {
        assertThatThrownBy(() -> Aliases.parse("# first\n" + line + "\n", "aliases"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("aliases:2:1: ")
                .hasMessageContaining(sentence);
    }

    @Test
    void anAliasTwice() {
        assertThatThrownBy(() -> Aliases.parse("a: b\nA: c\n", "aliases"))
                .hasMessage("aliases:2:1: the alias a stands here a second time");
    }

    @Test
    void recipientLists() throws ConfigException {
        RecipientList list = RecipientList.parse("# all\nBob@example.org # him\n\n@all.example\n", "recipients");

        assertThat(list.has("bob", "example.org")).isTrue();
        assertThat(list.has("carol", "example.org")).isFalse();
        assertThat(list.has("anybody", "all.example")).isTrue();
        assertThatThrownBy(() -> RecipientList.parse("bob\n", "recipients"))
                .hasMessage("recipients:1:1: \"bob\" is no mail address: it has no @");
    }
}
