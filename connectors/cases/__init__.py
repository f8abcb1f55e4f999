"""Case files (案件档案): what the machine cannot settle, with everything already said."""
