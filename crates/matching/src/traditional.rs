//! Traditional characters as addresses and names have them, each with its simplified one (通用规范汉字表, 2013, annex 1); what
//! stands for several is left out.

use std::sync::OnceLock;

use foldhash::HashMap;

/// Pairs: traditional, simplified.
const PAIRS: &str = "\
    東东 環环 廣广 場场 園园 區区 號号 樓楼 棟栋 單单 層层 閣阁 莊庄 橋桥 灣湾 濱滨 龍龙 鳳凤 華华 義义 \
    興兴 國国 際际 馬马 楊杨 陳陈 張张 劉刘 黃黄 趙赵 吳吴 孫孙 許许 鄭郑 馮冯 韓韩 葉叶 蘇苏 盧卢 譚谭 \
    陸陆 湯汤 賈贾 鄒邹 蕭萧 蔣蒋 羅罗 謝谢 鄧邓 呂吕 閻阎 魯鲁 顧顾 龔龚 嚴严 錢钱 賀贺 賴赖 齊齐 喬乔 \
    聶聂 顏颜 歐欧 關关 門门 車车 長长 寧宁 時时 陽阳 陰阴 靈灵 麗丽 榮荣 偉伟 傑杰 強强 剛刚 軍军 紅红 \
    蘭兰 蓮莲 鳴鸣 飛飞 鵬鹏 鶴鹤 鳥鸟 魚鱼 貴贵 寶宝 財财 賢贤 輝辉 銀银 鐵铁 鋼钢 錦锦 鎮镇 鄉乡 縣县 \
    灘滩 澤泽 潔洁 濤涛 淵渊 溝沟 滬沪 漢汉 滿满 溫温 瑩莹 瓊琼 瑪玛 曉晓 曄晔 暉晖 書书 會会 業业 極极 \
    權权 棲栖 橫横 歡欢 歲岁 爾尔 愛爱 慶庆 憶忆 懷怀 應应 揚扬 擁拥 擴扩 攝摄 數数 術术 衛卫 裡里 見见 \
    親亲 覺觉 觀观 訓训 記记 設设 詩诗 詠咏 誠诚 誼谊 調调 論论 諾诺 講讲 證证 議议 護护 譽誉 讀读 豐丰 \
    貞贞 負负 貨货 責责 買买 費费 賓宾 賽赛 軒轩 輪轮 轉转 農农 達达 運运 過过 進进 遠远 適适 選选 遷迁 \
    還还 郵邮 釗钊 鈞钧 鍾钟 鐘钟 鑾銮 閃闪 開开 間间 閩闽 聞闻 聯联 聖圣 聰聪 職职 聲声 肅肃 舊旧 藝艺 \
    藥药 蘆芦 蔭荫 萬万 葦苇 莖茎 蒼苍 紀纪 約约 純纯 紗纱 紙纸 級级 紡纺 細细 紹绍 終终 組组 結结 絲丝 \
    綠绿 維维 網网 綱纲 綿绵 緒绪 線线 緣缘 練练 縱纵 織织 績绩 繼继 續续 頂顶 項项 順顺 須须 頌颂 預预 \
    領领 頭头 頻频 題题 風风 養养 館馆 駿骏 驗验 驊骅 鮑鲍 鯉鲤 鴻鸿 鵑鹃 鵝鹅 麥麦 黨党 黌黉 黽黾 齡龄 \
    龐庞 龜龟 劍剑 勁劲 動动 務务 勝胜 勞劳 勢势 勵励 勳勋 協协 啟启 員员 問问 喚唤 圓圆 圖图 團团 堅坚 \
    堯尧 報报 塊块 塵尘 壇坛 壯壮 壽寿 夢梦 夾夹 奮奋 婦妇 媽妈 嬌娇 嫻娴 學学 實实 審审 寫写 寬宽 將将 \
    專专 對对 導导 屆届 屬属 岡冈 島岛 峽峡 崗岗 嶺岭 巒峦 帥帅 師师 帶带 幣币 幫帮 庫库 廟庙 廠厂 廳厅 \
    後后 從从 態态 慮虑";

/// The simplified form of a character; any other one as it is.
pub(crate) fn simplified(c: char) -> char {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    let pairs = || {
        let pair = |pair: &str| {
            let mut pair = pair.chars();
            pair.next().zip(pair.next())
        };
        PAIRS.split_whitespace().filter_map(pair).collect()
    };
    if c.is_ascii() {
        return c;
    }
    TABLE.get_or_init(pairs).get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_one_character_and_another_that_is_simplified() {
        for pair in PAIRS.split_whitespace() {
            let [traditional, simple] = pair.chars().collect::<Vec<_>>()[..] else {
                panic!("{pair}");
            };
            assert_eq!(simplified(traditional), simple);
            assert_eq!(simplified(simple), simple, "{pair}");
        }
    }
}
