"""Question banks of systems that no office here has: known by name, with what to ask of them."""

OTHER_SYSTEMS = {
    "blackboard": "这是 Blackboard 的题库；请在 Blackboard 里导出为 QTI 2.1 再传。",
    "webct": "这是 WebCT 的题库；请在 WebCT 或 Blackboard 里导出为 QTI 1.2 再传。",
    "examview": "这是 ExamView 的题库；请在 ExamView 里导出为 QTI 1.2，或者导出为 Word（.docx）再传。",
}
