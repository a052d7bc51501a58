package org.hikyaku.relay.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6409 section 6.1: which addresses are a user's own. */
class OwnSendersTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "bob@own.example, bob@own.example, true",
        "bob@own.example, BOB@own.example, true",
        "bob@own.example, bob+lists@own.example, true",
        "bob@own.example, carol@own.example, false",
        "bob@own.example, bob@other.example, false",
        "bob@own.example, nobody@own.example, false",
        // a name that is no address
        "bob, bob@own.example, true",
        "bob, bob@second.example, true",
        "bob, bob@elsewhere.example, false",
        "bob, carol@own.example, false",
        // aliases, also over two steps and in circles
        "bob@own.example, sales@own.example, true",
        "carol@own.example, sales@own.example, true",
        "bob@own.example, info@own.example, true",
        "rosa@own.example, info@own.example, false",
        "bob@own.example, loop@own.example, false",
        "bob@own.example, postmaster@own.example, true",
        // a user of a domain that is not delivered here
        "eve@elsewhere.example, eve@elsewhere.example, true",
        "eve@elsewhere.example, eva@elsewhere.example, false",
        "eve@elsewhere.example, sold@own.example, true",
    })
    void anAddressIsOnesOwnWhenItsMailComesToOne(String user, String address, boolean own) throws Exception {
        Path file = Files.writeString(folder.resolve("aliases"), """
                sales: bob, carol
                info: sales
                loop: loop2
                loop2: loop
                sold: eve@elsewhere.example
                """);
        LocalAddresses addresses = new LocalAddresses(
                Set.of("own.example", "second.example"),
                Aliases.read(file),
                (local, domain) -> domain.equals("own.example")
                        && Set.of("bob", "carol", "rosa").contains(local),
                Map.of(),
                Optional.of('+'),
                Optional.of(Mailbox.parse("bob@own.example")),
                Set.of());

        assertThat(new OwnSenders(() -> addresses).owns(user, Mailbox.parse(address)))
                .isEqualTo(own);
    }
}
