# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# bash completion for mcwctl. It gets commands and options from mcwctl --help.

_mcwctl_commands()
{
	"$1" --help 2>/dev/null | sed -n 's/^  \([a-z]*\)\(, \([a-z]*\)\)\{0,1\}.*/\1 \3/p'
}

# Each option once: not those that the line has already, but for those that may be repeated.
_mcwctl_options()
{
	local line option words=" ${COMP_WORDS[*]:0:COMP_CWORD} ${COMP_WORDS[*]:COMP_CWORD+1} "

	{
		"$@" --help 2>/dev/null | grep '^  --'
		echo '  --help'
	} | while read -r line; do
		option=${line%%[ ,]*}
		[[ $words == *" $option "* && $line != *repeatable* ]] || echo "$option"
	done
}

# inject --einj has options of its own.
_mcwctl_command()
{
	local words=" ${COMP_WORDS[*]:1} "

	echo "${COMP_WORDS[1]}"
	[[ $words != *" inject"*" --einj"[\ =]* ]] || printf '%s\n' --einj x
}

# The words that may follow an option; none if any word may.
_mcwctl_values()
{
	case $1 in
	--lane) echo severe other notice location ;;
	--severity)
		echo corrected deferred UCNA SRAO SRAR uncorrected fatal
		echo corrected+ deferred+ UCNA+ SRAO+ SRAR+ uncorrected+ fatal+
		echo NO DEFERRED KEEP SOME AO UC AR PANIC
		;;
	--source) echo exception cmci poll firmware process unknown ;;
	--color) echo auto always never ;;
	--sync) echo each end ;;
	--broadcast) echo nmi irq ;;
	--parts | --without) echo load early record rotate journal metrics pages ;;
	--einj)
		echo {processor,memory,pcie,platform}-{corrected,uncorrected,fatal}
		;;
	--since) echo 10m 1h 1d 7d today yesterday ;;
	--format)
		echo kernel mcelog rasdaemon trace edac cper xen freebsd esxi hpe amdgpu mce
		;;
	--ignore) mcwctl doctor 2>/dev/null | sed -n 's/^[a-z]* *\([a-z_]*\): .*/\1/p' ;;
	--vendor) echo intel amd hygon centaur zhaoxin ;;
	esac
}

_mcwctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local option words command

	# bash splits words at =: --lane=se is three words.
	if [ "$word" = = ]; then
		option=$before
		word=
	elif [ "$before" = = ] && ((COMP_CWORD > 2)); then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	else
		option=$before
	fi
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "$(_mcwctl_commands "$1") help --help --version" -- "$word")
		return
	fi
	case $option in
	--file | --textfile | --device | --sysfs | --edac | --dmi | --labels | --einj-dir | --root | \
		--config | --store | --conditions | --check | --from-mcelog | \
		--qmp | --state | --socket)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--*)
		words=$(_mcwctl_values "$option")
		if [ "$words" ]; then
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
			return
		fi
		;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t command < <(_mcwctl_command)
		mapfile -t COMPREPLY < <(compgen -W "$(_mcwctl_options "$1" "${command[@]}")" -- "$word")
		return
	fi
	case ${COMP_WORDS[1]} in
	inject)
		words=$("$1" inject --help 2>/dev/null |
			sed -n 's/^  raise an error: \(.*\) or a file$/\1/p')
		mapfile -t COMPREPLY < <(compgen -f -W "${words//,/}" -- "$word")
		;;
	record | decode | faults | history) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	explain)
		words=$("$1" explain 2>/dev/null | sed -n 's/^          //p' | sed 's/, */\n/g' |
			grep -v ' ' | LC_ALL=C sort -u)
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		;;
	follow) mapfile -t COMPREPLY < <(compgen -W 'last severe: other:' -- "$word") ;;
	tolerant) mapfile -t COMPREPLY < <(compgen -W '0 1 2 3' -- "$word") ;;
	esac
}

complete -o filenames -F _mcwctl mcwctl
