/* What the checks say, in both languages. {} stands for what was measured or named. */
#include <string.h>

#include "doctor_priv.h"

#define FINE(id, en, zh) \
    { \
        id, DOCTOR_FINE, en, zh, NULL, NULL \
    }
#define NOTE(id, en, zh, en_do, zh_do) \
    { \
        id, DOCTOR_NOTE, en, zh, en_do, zh_do \
    }
#define WRONG(id, en, zh, en_do, zh_do) \
    { \
        id, DOCTOR_WRONG, en, zh, en_do, zh_do \
    }

// clang-format off
static const struct doctor_text texts[] = {
    FINE("configuration.fine", "configuration: {}", "配置：{}"),
    WRONG("configuration.wrong", "configuration: {}", "配置有误：{}", "Correct this line; conf/yunjian.conf lists every key.", "请改正该行；conf/yunjian.conf 列出了全部配置项。"),
    FINE("files.fine", "pages and packager are there", "网页和打包程序齐全"),
    WRONG("files.web_root", "no pages: {} cannot be read", "没有网页文件：无法读取 {}", "Set web_root to the folder of the built pages (make web, or PREFIX/share/yunjian/web).", "请把 web_root 指向构建好的网页目录（make web，或 PREFIX/share/yunjian/web）。"),
    WRONG("files.packager", "the packager cannot be run: {}", "无法运行打包程序：{}", "Without it recordings do not become playable: install it beside yunjiand, or set packager.", "没有它录像无法回放：请把它装在 yunjiand 旁边，或设置 packager。"),

    FINE("ports.fine", "ports are free: {}", "端口可用：{}"),
    FINE("ports.ours", "ports are used by this server: {}", "端口由本服务占用：{}"),
    WRONG("ports.taken", "port {} is used by another program", "端口 {} 已被其他程序占用", "Stop that program (ss -lnptu shows it), or choose another port.", "请停止该程序（用 ss -lnptu 查看），或换一个端口。"),
    WRONG("ports.denied", "port {} may not be opened by this user", "当前用户无权打开端口 {}", "Use a port above 1023, or give the service CAP_NET_BIND_SERVICE.", "请使用 1023 以上的端口，或给服务授予 CAP_NET_BIND_SERVICE。"),
    WRONG("ports.address", "{} is no address of this machine", "{} 不是本机地址", "Correct listen, or leave it empty for all addresses.", "请改正 listen，或留空以监听全部地址。"),

    FINE("certificate.fine", "certificate: {}", "证书：{}"),
    NOTE("certificate.later", "no certificate yet: one is made at the first start", "尚无证书：首次启动时自动生成", "For other machines than your own set tls_certificate and tls_key.", "若供其他设备访问，请设置 tls_certificate 和 tls_key。"),
    NOTE("certificate.self_made", "self-made certificate: browsers warn ({})", "自签名证书：浏览器会告警（{}）", "Set tls_certificate and tls_key to one that browsers know.", "请把 tls_certificate 和 tls_key 设为浏览器信任的证书。"),
    WRONG("certificate.unreadable", "certificate or key cannot be read: {}", "无法读取证书或私钥：{}", "Check tls_certificate and tls_key, and that the service's user may read both.", "请检查 tls_certificate 和 tls_key，并确认服务账户可读。"),
    WRONG("certificate.key", "the key does not belong to the certificate {}", "私钥与证书 {} 不匹配", "Set tls_key to the key that this certificate was made for.", "请把 tls_key 设为该证书对应的私钥。"),
    WRONG("certificate.expired", "the certificate is not valid now: {}", "证书当前无效：{}", "Renew it, then systemctl reload yunjian.", "请续期，然后执行 systemctl reload yunjian。"),
    NOTE("certificate.soon", "the certificate ends soon: {}", "证书即将到期：{}", "Renew it, then systemctl reload yunjian.", "请续期，然后执行 systemctl reload yunjian。"),
    WRONG("certificate.name", "the certificate is not for the name in links: {}", "证书与链接中的主机名不符：{}", "Get a certificate for this name, or correct public_url.", "请申请该域名的证书，或改正 public_url。"),
    WRONG("certificate.chain", "the certificate's chain is not complete: {}", "证书链不完整：{}", "Put the intermediate certificates behind it in the same file (fullchain.pem).", "请把中间证书附在同一文件之后（fullchain.pem）。"),
    WRONG("certificate.open", "others may read the key: {}", "私钥可被他人读取：{}", "chmod 600, and change the key if somebody may have it.", "请 chmod 600；若可能已泄露请更换私钥。"),

    FINE("disk.fine", "disk: {}", "磁盘：{}"),
    WRONG("disk.folder", "the data folder cannot be used: {}", "无法使用数据目录：{}", "Make it, and let the service's user write there.", "请创建该目录，并让服务账户可写。"),
    WRONG("disk.restore", "a restore did not finish in {}", "{} 中的恢复没有完成", "Run yunjian restore again with the same backup.", "请用同一份备份再次执行 yunjian restore。"),
    WRONG("disk.full", "little room: {}", "磁盘空间不足：{}", "Free or add space: recording stops when none is left.", "请清理或扩容：空间耗尽时录制会停止。"),
    NOTE("disk.slow", "the disk is slow: {}", "磁盘较慢：{}", "Changes wait for the disk; use a local SSD for the data folder.", "写入需等待磁盘；数据目录建议放在本地固态盘。"),
    NOTE("disk.open", "others may look into the data folder {}", "他人可查看数据目录 {}", "chmod 750 this folder.", "请对该目录执行 chmod 750。"),

    FINE("clock.fine", "clock: {}", "时钟：{}"),
    NOTE("clock.unsynchronised", "the kernel does not take the clock for synchronised ({})", "内核认为时钟未同步（{}）", "Run chrony or systemd-timesyncd: recordings and records carry this time.", "请运行 chrony 或 systemd-timesyncd：录像和记录都使用此时间。"),
    WRONG("clock.past", "the clock is wrong: {}", "时钟错误：{}", "Set it, and let NTP keep it.", "请校正，并用 NTP 保持。"),

    FINE("turn.none", "no TURN server is set: people in networks that let only web traffic out need one", "未设置 TURN：若参会者网络只放行网页流量则需要"),
    FINE("turn.fine", "TURN and STUN answer: {}", "TURN/STUN 有应答：{}"),
    WRONG("turn.silent", "{} does not answer", "{} 没有应答", "Is coturn running, and its UDP port open? conf/turnserver.conf is a sample.", "请确认 coturn 在运行且 UDP 端口开放；样例见 conf/turnserver.conf。"),
    WRONG("turn.secret", "{} needs turn_secret", "{} 需要设置 turn_secret", "Set turn_secret to the static-auth-secret of coturn.", "请把 turn_secret 设为 coturn 的 static-auth-secret。"),

    FINE("codecs.fine", "all elements of the packager are there", "打包程序所需组件齐全"),
    WRONG("codecs.missing", "the packager lacks: {}", "打包程序缺少：{}", "Install gstreamer1.0-plugins-base, -good and -bad.", "请安装 gstreamer1.0-plugins-base、-good 和 -bad。"),

    FINE("scanner.fine", "the virus scanner answers: {}", "病毒扫描程序有应答：{}"),
    WRONG("scanner.missing", "there is no socket of the virus scanner: {}", "病毒扫描程序的套接字不存在：{}", "Start clamav-daemon, or set clamd_socket to its LocalSocket: until then nobody can fetch what is uploaded.", "请启动 clamav-daemon，或把 clamd_socket 设为它的 LocalSocket：在此之前上传的文件无法下载。"),
    WRONG("scanner.denied", "this user may not write to the virus scanner's socket: {}", "当前用户无权写入病毒扫描程序的套接字：{}", "Set LocalSocketMode 666 in clamd.conf, or add the service's user to LocalSocketGroup.", "请在 clamd.conf 中设置 LocalSocketMode 666，或把服务账户加入 LocalSocketGroup。"),
    WRONG("scanner.silent", "the virus scanner does not answer: {}", "病毒扫描程序无应答：{}", "Look at clamav-daemon's log and restart it: until then nobody can fetch what is uploaded.", "请查看 clamav-daemon 的日志并重启：在此之前上传的文件无法下载。"),
    WRONG("scanner.other", "another program than clamd answers: {}", "应答的不是 clamd：{}", "Set clamd_socket to the LocalSocket of clamd.conf.", "请把 clamd_socket 设为 clamd.conf 中的 LocalSocket。"),

    NOTE("delivery.none", "neither mail nor a gateway is set: links must be handed over by hand", "未配置邮件或短信网关：会议链接需要人工转发", "Set smtp_url and smtp_from, or gateway_url; docs/delivery.md says how.", "请设置 smtp_url 和 smtp_from，或 gateway_url；做法见 docs/delivery.md。"),
    WRONG("delivery.wrong", "messages cannot be sent: {}", "消息无法发送：{}", "Correct it, then restart; what waits is sent then.", "请改正后重启；等待中的消息届时发出。"),
    FINE("mail.fine", "the mail server takes mail from us: {}", "邮件服务器可用：{}"),
    WRONG("mail.silent", "the mail server does not let us send: {}", "邮件服务器不可用：{}", "Check smtp_url, smtp_user, smtp_password_file and delivery_ca; `yunjian outbox test ADDRESS` sends one.", "请检查 smtp_url、smtp_user、smtp_password_file 和 delivery_ca；可用 yunjian outbox test 地址 试发一封。"),
    FINE("gateway.fine", "the gateway answers: {}", "短信网关有应答：{}"),
    WRONG("gateway.silent", "the gateway does not answer: {}", "短信网关无应答：{}", "Is it running, and its certificate known (delivery_ca)?", "请确认网关在运行、证书可信（delivery_ca）。"),
    FINE("outbox.fine", "messages that wait: {}", "待发消息：{} 条"),
    WRONG("outbox.old", "messages have waited for long: {}", "消息等待过久：{}", "yunjian outbox list says why each was not sent.", "请用 yunjian outbox list 查看每条未发出的原因。"),
    NOTE("outbox.failed", "messages that failed: {}", "发送失败的消息：{} 条", "yunjian outbox list failed says why; yunjian outbox retry sends them again.", "请用 yunjian outbox list failed 查看原因，用 yunjian outbox retry 重发。"),

    NOTE("database.none", "no database yet: it is made at the first start", "尚无数据库：首次启动时创建", "Nothing, unless there should be one: then check data.", "无需处理；若本应存在，请检查 data。"),
    FINE("database.fine", "database: {}", "数据库：{}"),
    NOTE("database.older", "the database is migrated at the next start: {}", "数据库将在下次启动时升级：{}", "Make a backup first.", "请先备份。"),
    WRONG("database.newer", "the database is of a newer program: {}", "数据库来自更新的版本：{}", "Install that version again; there is no way back but a backup.", "请装回该版本；只有备份可以回退。"),
    WRONG("database.damaged", "the database is damaged: {}", "数据库已损坏：{}", "Stop the server, keep the folder, and restore the last backup.", "请停止服务，保留该目录，并恢复最近的备份。"),

    FINE("recordings.fine", "recordings: {}", "录像：{}"),
    WRONG("recordings.missing", "closed segments are missing: {}", "缺少已封存的录像分段：{}", "Look for them in a backup: nothing of ours deletes them.", "请到备份中查找：本系统不会删除它们。"),
    NOTE("recordings.torn", "segments were not closed: {}", "有未封存的分段：{}", "They are mended at the next start.", "下次启动时自动修复。"),
    NOTE("recordings.orphan", "folders of no known meeting: {}", "不属于任何会议的目录：{}", "Was the database restored alone? Keep them until you know.", "是否只恢复了数据库？查明之前请保留。"),

    FINE("limits.fine", "limits: {}", "资源限制：{}"),
    NOTE("limits.files", "few file descriptors: {}", "文件描述符上限偏低：{}", "Set LimitNOFILE=65536 in the unit, or ulimit -n.", "请在服务单元设置 LimitNOFILE=65536，或 ulimit -n。"),
    WRONG("limits.too_few", "too few file descriptors: {}", "文件描述符上限过低：{}", "Set LimitNOFILE=65536 in the unit, or ulimit -n.", "请在服务单元设置 LimitNOFILE=65536，或 ulimit -n。"),
};
// clang-format on

const struct doctor_text *doctor_text_of(const char *id)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (strcmp(texts[i].id, id) == 0)
            return &texts[i];
    return NULL;
}
