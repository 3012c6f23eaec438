"""The packages of experiments/outside.py, with their checksums, and the photographs in them."""

from data.build.fetch import Package

PACKAGES = {
    package.name: package
    for package in (
        Package(
            "npm",
            "@dicebear/core",
            "9.4.3",
            "dicebear-core-9.4.3.tgz",
            "6ca7dae651c74ad547e548fbe7c41f49aaa377cf4617259277518389bf6b1a3d",
        ),
        Package(
            "npm",
            "@dicebear/adventurer",
            "9.4.3",
            "dicebear-adventurer-9.4.3.tgz",
            "6edeac04f94ef6177c946918dce012e530200dfcc274b4f954239e33ecbe590c",
        ),
        Package(
            "npm",
            "@dicebear/shapes",
            "9.4.3",
            "dicebear-shapes-9.4.3.tgz",
            "b09d4409cb4e7b23cdabbcced8b11491ac36589b3a05ec281d3b1ca4ca50c80d",
        ),
        Package(
            "npm",
            "@dicebear/pixel-art",
            "9.4.3",
            "dicebear-pixel-art-9.4.3.tgz",
            "1252d798c632c20f194e7d8b2fbc18b23ad76b2511e668668d0051084bfaa754",
        ),
        Package(
            "npm",
            "@iconify-json/fxemoji",
            "1.2.2",
            "iconify-json-fxemoji-1.2.2.tgz",
            "f3e72b3c59d05e1db03b7e308d55c0d05bd7ba3f625a90da1b79313c12858eef",
        ),
        Package(
            "npm",
            "@iconify-json/streamline-ultimate-color",
            "1.2.2",
            "iconify-json-streamline-ultimate-color-1.2.2.tgz",
            "46133a11f3734bcef29066391d7edc141ed1d8056242ddfa1b5d36ce286420b6",
        ),
        Package(
            "npm",
            "@dicebear/big-smile",
            "9.4.3",
            "dicebear-big-smile-9.4.3.tgz",
            "8dbd7b96c9ceaf9dd7c280cdae4f0bb3e43ab2798b7bedbe355fbb3ce30e87bb",
        ),
        Package(
            "npm",
            "@dicebear/open-peeps",
            "9.4.3",
            "dicebear-open-peeps-9.4.3.tgz",
            "65b664ec00dc69c068051461f2b5bd97c8335af676e36c284e906a3017c23d4f",
        ),
        Package(
            "npm",
            "@iconify-json/game-icons",
            "1.2.4",
            "iconify-json-game-icons-1.2.4.tgz",
            "f5758efb34d91c4f50b941f355f16ee73938625e5996fabc25171288404460a4",
        ),
        Package(
            "npm",
            "@iconify-json/circle-flags",
            "1.2.11",
            "iconify-json-circle-flags-1.2.11.tgz",
            "ee9a03f6a6fdd79cc6325bdcb7bb93b83d331e60b16e226188f154a64b6bb4a9",
        ),
        Package(
            "npm",
            "@iconify-json/streamline-kameleon-color",
            "1.2.2",
            "iconify-json-streamline-kameleon-color-1.2.2.tgz",
            "5f972d986afb340d8a45d7a16e767f99f91fdd94db53e46a78c79847212aed7b",
        ),
        Package(
            "deb",
            "wesnoth-1.16-data",
            "1:1.16.9-1",
            "wesnoth-1.16-data_1%3a1.16.9-1_all.deb",
            "1012b964bd412a6770685e3324ae3b61e176caff7846192d1ee63d55cd621e26",
        ),
        Package(
            "deb",
            "oxygen-icon-theme",
            "5:5.103.0-1",
            "oxygen-icon-theme_5%3a5.103.0-1_all.deb",
            "3e49023e148906e41457a98a19a09858ddd761ef4f212fa356232924b3cebcce",
        ),
        Package(
            "deb",
            "gcompris-qt-data",
            "3.1-2",
            "gcompris-qt-data_3.1-2_all.deb",
            "e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f",
        ),
        Package(
            "deb",
            "mate-backgrounds",
            "1.26.0-1",
            "mate-backgrounds_1.26.0-1_all.deb",
            "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04",
        ),
        Package(
            "deb",
            "plasma-workspace-wallpapers",
            "4:5.27.5-2",
            "plasma-workspace-wallpapers_4%3a5.27.5-2_all.deb",
            "32cd18b71c8c938a18b3b351f217c02ac590e323caa3cf322fbb875ce8892f8b",
        ),
        Package(
            "deb",
            "lomiri-wallpapers-16.04",
            "20.04.0-2",
            "lomiri-wallpapers-16.04_20.04.0-2_all.deb",
            "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab",
        ),
        Package(
            "deb",
            "lomiri-wallpapers-20.04",
            "20.04.0-2",
            "lomiri-wallpapers-20.04_20.04.0-2_all.deb",
            "d44e89b8473aafe64a5b678f014862dc31335aaaf18665c544d985d854f1a709",
        ),
        Package(
            "pip",
            "scikit-image",
            "0.16.2",
            "scikit_image-0.16.2-cp38-cp38-manylinux1_x86_64.whl",
            "41e28db0136f29ecd305bef0408fdfc64be9d415e54f5099a95555c65f5c1865",
        ),
    )
}

_MATE, _PLASMA = "mate-backgrounds", "plasma-workspace-wallpapers"
_LOMIRI, _LATER = "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04"


def _plasma(name, size="2560x1600.jpg"):
    return _PLASMA, f"/{name}/contents/images/{size}"


PHOTOGRAPHS = {
    "gardens": [
        *((_MATE, f"/nature/{name}.jpg") for name in "Blinds Dune FreshFlower Garden".split()),
        *((_MATE, f"/nature/{name}.jpg") for name in "GreenMeadow LadyBird RainDrops".split()),
        *((_MATE, f"/nature/{name}.jpg") for name in "TwoWings YellowFlower Wood".split()),
        *(_plasma(name) for name in "FallenLeaf OneStandsOut Path".split()),
        (_LOMIRI, "/Dragonfly_by_Bolly.jpg"),
        (_LOMIRI, "/seeding_by_Clements_Engelhardt.jpg"),
        (_LOMIRI, "/life_by_Aitzol_Berasategi.jpg"),
        ("scikit-learn", "flower.jpg"),
    ],
    "places": [
        (_LOMIRI, "/Bridge_by_Sander_Klootwijk.jpg"),
        (_LOMIRI, "/aitzgorri_by_Aitzol_Berasategi.jpg"),
        (_LOMIRI, "/picosdeeuropa_by_Aitzol_Berasategi.jpg"),
        (_LOMIRI, "/sunset_by_Aitzol_Berasategi.jpg"),
        (_LOMIRI, "/friends_by_Aitzol_Berasategi.jpg"),
        (_LOMIRI, "/Wine_by_Jakkub_Mede.jpg"),
        (_LOMIRI, "/free_by_Peter_Nerlich.jpg"),
        (_LOMIRI, "/greentock_by_Peter_Nerlich.jpg"),
        (_LOMIRI, "/Picture_0B_by_freespace.jpg"),
        (_LOMIRI, "/Picture_1A_by_freespace.jpg"),
        (_LATER, "/Kleiber_by_Lukas_Baubkus.jpg"),
        *(_plasma(name) for name in "BytheWater EveningGlow Kite summer_1am".split()),
        _plasma("ColorfulCups"),
        _plasma("ColdRipple"),
        (_MATE, "/nature/Aqua.jpg"),
        (_MATE, "/nature/Storm.jpg"),
        *(("scikit-image", f"/data/{name}.png") for name in "astronaut chelsea coffee".split()),
        ("scikit-image", "/data/rocket.jpg"),
        ("scikit-learn", "china.jpg"),
    ],
}
