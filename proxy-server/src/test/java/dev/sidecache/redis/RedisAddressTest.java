package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.RedisAddress.Configured;
import dev.sidecache.redis.RedisAddress.Found;
import dev.sidecache.redis.RedisAddress.Kind;
import dev.sidecache.redis.RedisAddress.Malformed;
import dev.sidecache.redis.RedisAddress.Verify;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

  private static Map<String, String> environment(String... namesAndValues) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return environment;
  }

  private static Found found(String... namesAndValues) {
    return RedisAddress.of(environment(namesAndValues));
  }

  private static Configured configured(String... namesAndValues) {
    Found found = found(namesAndValues);
    assertThat(found).isInstanceOf(Configured.class);
    return (Configured) found;
  }

  private static RedisAddress url(String url) {
    return configured("REDIS_URL", url).address();
  }

  private static List<String> errors(String... namesAndValues) {
    Found found = found(namesAndValues);
    assertThat(found).isInstanceOf(Malformed.class);
    return ((Malformed) found).errors();
  }

  private static void assertLogin(RedisAddress address, String username, String password, int db) {
    assertThat(address.login().username()).isEqualTo(username);
    assertThat(address.login().password()).isEqualTo(password);
    assertThat(address.login().database()).isEqualTo(db);
  }

  @Nested
  class Schemes {
    @ParameterizedTest
    @CsvSource({
      "redis://h, redis://h:6379",
      "rediss://h, rediss://h:6379",
      "redis+ssl://h, rediss://h:6379",
      "redis+tls://h:7, rediss://h:7",
      "valkey://h, redis://h:6379",
      "valkeys://h, rediss://h:6379",
      "REDIS://h, redis://h:6379",
      "h:6379, redis://h:6379",
      "h, redis://h:6379",
      "redis:6380, redis://redis:6380",
      "redis://my_redis:6379, redis://my_redis:6379",
      "redis://[::1]:6379/0/, redis://[::1]:6379",
      "redis://[fe80::1%eth0], redis://[fe80::1%eth0]:6379",
    })
    void eachSpellingIsUnderstood(String written, String endpoint) {
      RedisAddress address = url(written);

      assertThat(address.endpoint()).isEqualTo(endpoint);
      assertThat(address.kind()).isEqualTo(Kind.STANDALONE);
      assertLogin(address, null, null, 0);
      assertThat(address.tls().verify())
          .isEqualTo(endpoint.startsWith("rediss") ? Verify.FULL : Verify.OFF);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"  redis://h:7  ", "\"redis://h:7\"", "'redis://h:7'", "\tredis://h:7\n"})
    void blanksAndQuotesAroundDoNotCount(String written) {
      assertThat(url(written).endpoint()).isEqualTo("redis://h:7");
      assertThat(configured("REDIS_HOST", written).address().endpoint()).isEqualTo("redis://h:7");
    }

    @ParameterizedTest
    @CsvSource({
      "unix:/run/redis.sock, 1",
      "unix:///run/redis.sock, 1",
      "mysql://h, 1",
      "'  ftp://h', 3",
      "redis://h:99999, 11",
      "redis://h:0, 11",
      "redis://h:, 11",
      "redis://h:+1, 11",
      "redis://h/abc, 11",
      "redis://h/-1, 11",
      "redis://::1, 9",
      "redis://[::1, 9",
      "redis://[::1]6379, 9",
      "redis://, 9",
      "redis://:6379, 9",
      "redis://u:p@, 13",
      "redis://h o, 9",
      "redis://hé, 9",
      "redis://h#x, 10",
      "'redis://h,', 11",
      "'redis://h?db=x', 14",
      "'redis://h?ssl_cert_reqs=x', 25",
      "'redis://h?verifyPeer=x', 22",
      "'redis://h?timeout=5x', 19",
      "'redis://h?socket_timeout=x', 26",
      "'redis://h?socket_timeout=0', 26",
      "'redis://h/1?db=2', 16",
    })
    void errorsNameVariableAndPositionNotContent(String written, int position) {
      String secret = written.replace("redis://", "redis://user:sec#ret@");
      int shift = secret.length() - written.length();

      assertThat(errors("REDIS_URL", written))
          .singleElement()
          .asString()
          .startsWith("REDIS_URL, character " + position + ": ");
      assertThat(errors("REDIS_URL", secret))
          .allSatisfy(error -> assertThat(error).doesNotContain("sec").doesNotContain("ret@"))
          .first()
          .asString()
          .startsWith("REDIS_URL, character " + (position + shift) + ": ");
    }
  }

  @Nested
  class Secrets {
    @ParameterizedTest
    @CsvSource({
      "redis://:p@w@h:6379, , p@w",
      "redis://:pa#ss@h, , pa#ss",
      "redis://:pa?s/s@h, , pa?s/s",
      "redis://:a/b+c=@h:6380/0, , a/b+c=",
      "redis://:50%off@h, , 50%off",
      "redis://:50%25off@h, , 50%off",
      "redis://:%c3%a9%zz%4@h, , é%zz%4",
      "redis://u:p@h, u, p",
      "redis://u%3A:p%40@h, u:, p@",
      "redis://u:@h, u, ",
      "redis://pw@h, , pw",
      "redis://u:a:b@h, u, a:b",
      "u:p@h, u, p",
      "':pa,ss=w@h', , 'pa,ss=w'",
    })
    void userAndPasswordEndAtTheLastAt(String written, String username, String password) {
      RedisAddress address = url(written);

      assertLogin(address, username, password, 0);
      assertThat(address.nodes().get(0).host()).isEqualTo("h");
    }

    @Test
    void loneWordIsThePasswordOrTheUserAndTheLogSaysWhich() {
      Configured alone = configured("REDIS_URL", "redis://word@h");
      assertLogin(alone.address(), null, "word", 0);
      assertThat(alone.notices())
          .containsExactly("REDIS_URL: the word before the @ was taken for the password");

      Configured beside = configured("REDIS_URL", "redis://word@h", "REDIS_PASSWORD", "pw");
      assertLogin(beside.address(), "word", "pw", 0);
      assertThat(beside.notices())
          .containsExactly("REDIS_URL: the word before the @ was taken for the user");
    }

    @Test
    void noTextTellsASecret() {
      Configured found =
          configured(
              "REDIS_URL",
              "redis-sentinel://user:hunter2@a,b/1?sentinelMasterId=m&sentinelPassword=hunter3&k=x");
      assertThat(found.address().login().password()).isEqualTo("hunter2");
      assertThat(found.address().extras().sentinelPassword()).isEqualTo("hunter3");

      assertThat(found.toString() + found.address().login() + found.address().extras())
          .doesNotContain("hunter", "user");
    }
  }

  @Nested
  class Parameters {
    @ParameterizedTest
    @CsvSource({
      "ssl_cert_reqs=required, FULL",
      "ssl_cert_reqs=optional, FULL",
      "ssl_cert_reqs=none, NONE",
      "ssl_cert_reqs=CERT_REQUIRED, FULL",
      "ssl_cert_reqs=CERT_NONE, NONE",
      "ssl_check_hostname=false, CA",
      "ssl_check_hostname=true, FULL",
      "verifyPeer=NONE, NONE",
      "verifyPeer=ca, CA",
      "verifyPeer=FULL, FULL",
      "verifyPeer=false, NONE",
    })
    void certificateIsCheckedAsAsked(String parameter, Verify verify) {
      Configured found = configured("REDIS_URL", "rediss://h?" + parameter);

      assertThat(found.address().tls().verify()).isEqualTo(verify);
      assertThat(found.notices().isEmpty()).isEqualTo(verify != Verify.NONE);
      assertThat(url("redis://h?" + parameter).tls().isOn()).isFalse();
    }

    @Test
    void fileOfTrustedCertificatesIsTaken() {
      assertThat(url("rediss://h?ssl_ca_certs=%2Fetc/ca.pem").tls().caFile())
          .isEqualTo("/etc/ca.pem");
    }

    @ParameterizedTest
    @CsvSource({
      "socket_timeout=5, 5000",
      "socket_timeout=0.25, 250",
      "timeout=5ms, 5",
      "timeout=2s, 2000"
    })
    void timeoutHasTheUnitOfItsFamily(String parameter, long millis) {
      assertThat(url("redis://h?" + parameter).extras().timeout())
          .isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void timeoutWithoutUnitIsIgnoredWithAWarning() {
      Configured found = configured("REDIS_URL", "redis://h?timeout=5");

      assertThat(found.address().extras().timeout()).isNull();
      assertThat(found.notices())
          .containsExactly(
              "REDIS_URL: timeout is ignored: it has no unit (expected: such as 500ms)");
    }

    @Test
    void databaseStandsInPathOrParameter() {
      assertThat(url("redis://h/3").login().database()).isEqualTo(3);
      assertThat(url("redis://h?db=3").login().database()).isEqualTo(3);
      assertThat(url("redis://h/3?db=3").login().database()).isEqualTo(3);
      assertThat(errors("REDIS_URL", "redis://h/3?db=4"))
          .containsExactly("REDIS_URL, character 16: another database than before");
    }

    @Test
    void unknownParameterIsNamedOnceNeverItsValue() {
      assertThat(configured("REDIS_URL", "redis://h?family=0").notices()).isEmpty();
      assertThat(configured("REDIS_URL", "redis://h?foo=secret&db=1").notices())
          .containsExactly("REDIS_URL: the parameter foo is ignored");
      assertThat(configured("REDIS_URL", "redis://h?s3cr%20t=1").notices())
          .containsExactly("REDIS_URL: the parameter of that name is ignored");
    }
  }

  @Nested
  class SeveralNodes {
    @ParameterizedTest
    @ValueSource(
        strings = {"redis://h1:6379,h2:7000", "redis+cluster://h1,h2:7000", "h1:6379,h2:7000"})
    void seedsOfACluster(String written) {
      RedisAddress address = url(written);

      assertThat(address.kind()).isEqualTo(Kind.CLUSTER);
      assertThat(address.endpoint()).isEqualTo("redis+cluster://h1:6379,h2:7000");
    }

    @Test
    void clusterOverTlsWithOneSeed() {
      assertThat(url("rediss+cluster://:pw@h").endpoint()).isEqualTo("rediss+cluster://h:6379");
    }

    @Test
    void clusterHasDatabase0Only() {
      assertThat(url("redis+cluster://h/0").login().database()).isZero();
      assertThat(errors("REDIS_URL", "redis+cluster://h/1"))
          .containsExactly("REDIS_URL: a cluster has no database but 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?sentinelMasterId=m", "#m", "?sentinelMasterId=m#n"})
    void sentinelsNameTheirMaster(String end) {
      RedisAddress address = url("redis-sentinel://:pw@a,b:26380/1" + end);

      assertThat(address.kind()).isEqualTo(Kind.SENTINEL);
      assertThat(address.endpoint()).isEqualTo("redis-sentinel://a:26379,b:26380");
      assertThat(address.extras().sentinelMaster()).isEqualTo("m");
      assertLogin(address, null, "pw", 1);
    }

    @Test
    void sentinelsWithoutMasterAreAnError() {
      assertThat(errors("REDIS_URL", "redis-sentinel://a"))
          .containsExactly("REDIS_URL: sentinels need the master's name: ?sentinelMasterId=NAME");
    }
  }

  @Nested
  class Providers {
    @Test
    void upstashIsAlwaysTls() {
      assertThat(url("redis://default:t@x.upstash.io:6379").endpoint())
          .isEqualTo("rediss://x.upstash.io:6379");
      assertThat(errors("REDIS_URL", "redis://x.upstash.io:6379/1"))
          .containsExactly("REDIS_URL: Upstash has no database but 0");
    }

    @Test
    void formOfTheAzurePortal() {
      RedisAddress address =
          url("n.redis.cache.windows.net:6380,password=a/b+c=,ssl=True,abortConnect=False");

      assertThat(address.endpoint()).isEqualTo("rediss://n.redis.cache.windows.net:6380");
      assertLogin(address, null, "a/b+c=", 0);

      RedisAddress other = url("h:7,user=u,password=p,defaultDatabase=2,ssl=False");
      assertThat(other.endpoint()).isEqualTo("redis://h:7");
      assertLogin(other, "u", "p", 2);
    }

    @ParameterizedTest
    @CsvSource({
      "n.redis.cache.windows.net, rediss://n.redis.cache.windows.net:6380",
      "redis://n.redis.cache.windows.net:6380, rediss://n.redis.cache.windows.net:6380",
      "redis://n.redis.cache.windows.net:6379, redis://n.redis.cache.windows.net:6379",
      "rediss://n.redis.cache.windows.net:6379, rediss://n.redis.cache.windows.net:6379",
      "N.Redis.Azure.Net, rediss://N.Redis.Azure.Net:10000",
      "redis.example.com:6380, redis://redis.example.com:6380",
    })
    void azureHostsImplyPortAndTls(String written, String endpoint) {
      RedisAddress address =
          configured("REDIS_HOST", written, "REDIS_PASSWORD", "K=", "REDIS_DB", "2").address();

      assertThat(address.endpoint()).isEqualTo(endpoint);
      assertLogin(address, null, "K=", 2);
    }
  }
}
